// The compiler has to run this, and never comes to an end.
const N: u32 = {
    let mut n = 0_u32;
    while n < u32::MAX {
        n = (n + 1) % 1000;
    }
    n
};

fn main() {
    println!("{N}");
}
