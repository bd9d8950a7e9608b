//! Gives programs that nest deeply a stack that lasts until the fuel or the memory does.

fn main() {
    println!("cargo:rustc-link-arg=-zstack-size=8388608");
}
