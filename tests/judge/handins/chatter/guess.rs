// Says more than a number.
fn main() {
    println!("Is it 7?");
    let mut line = String::new();
    while std::io::stdin().read_line(&mut line).unwrap() > 0 {}
}
