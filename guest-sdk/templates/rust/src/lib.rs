//! Greets somebody: takes a JSON string, gives a JSON string.

use polymer_task::{Failure, info, task};

/// Greets somebody.
#[task(name = "{{name}}")]
pub fn run(name: String) -> Result<String, Failure> {
    if name.is_empty() {
        return Err(Failure::bad_input("whom shall I greet?").code("name"));
    }
    info!("greeting {name}");
    Ok(format!("Hello {name}!"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_is_greeted() {
        assert_eq!(run("Ann".to_owned()).unwrap(), "Hello Ann!");
    }
}
