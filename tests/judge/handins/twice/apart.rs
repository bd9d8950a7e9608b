// Wrong everywhere: the answer comes twice.
fn main() {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    let n: u32 = line.trim().parse().unwrap();
    for _ in 0..2 {
        if n == 2 || n == 3 {
            println!("impossible");
            continue;
        }
        (2..=n).step_by(2).chain((1..=n).step_by(2)).for_each(|number| println!("{number}"));
    }
}
