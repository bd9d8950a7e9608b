// Too slow for years: every first and last day.
fn main() {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    let numbers: Vec<i64> = line.split_whitespace().map(|word| word.parse().unwrap()).collect();
    let [n, mut x, a, c, m, h] = numbers[..] else { panic!() };
    let mut gains = vec![];
    for _ in 0..n {
        gains.push(x - h);
        x = (a * x + c) % m;
    }
    let mut best = 0;
    for first in 0..gains.len() {
        let mut total = 0;
        for gain in &gains[first..] {
            total += gain;
            best = best.max(total);
        }
    }
    if best > 0 { println!("{best}") } else { println!("loss") }
}
