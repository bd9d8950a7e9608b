fn main() {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    let n: u32 = line.trim().parse().unwrap();
    if n == 2 || n == 3 {
        println!("impossible");
        return;
    }
    let order = (2..=n).step_by(2).chain((1..=n).step_by(2));
    println!("{}", order.map(|number| number.to_string()).collect::<Vec<_>>().join(" "));
}
