// Panics where there is no order.
fn main() {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    let n: u32 = line.trim().parse().unwrap();
    let order: Vec<u32> = (2..=n).step_by(2).chain((1..=n).step_by(2)).collect();
    assert!(order.windows(2).all(|pair| pair[0].abs_diff(pair[1]) > 1), "there is none");
    order.iter().for_each(|number| println!("{number}"));
}
