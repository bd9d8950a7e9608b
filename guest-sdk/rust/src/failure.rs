//! Why an attempt at a task did not succeed, in the task's own words.

use std::error::Error;
use std::fmt;
use std::time::Duration;

/// Why an attempt failed. A task returns it as the error of its `Result`.
///
/// Every standard error, `String` and `&str` converts into it, so `?` works in a task as it does
/// with `anyhow`. (That is why `Failure` is no `std::error::Error` itself.)
///
/// ```
/// use polymer_task::Failure;
/// use std::time::Duration;
///
/// fn parse(text: &str) -> Result<u32, Failure> {
///     let number: u32 = text.trim().parse()?;
///     if number == 13 {
///         let later = Failure::new("try that later").code("unlucky");
///         return Err(later.retry_after(Duration::from_secs(2)));
///     }
///     Ok(number)
/// }
///
/// assert_eq!(parse("x").unwrap_err().message, "invalid digit found in string");
/// assert_eq!(parse("13").unwrap_err().code.as_deref(), Some("unlucky"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Failure {
    /// For people: what went wrong.
    pub message: String,
    /// For programs: a short stable code.
    pub code: Option<String>,
    /// True if another attempt with the same input may succeed. The host retries only if its user
    /// allowed retries.
    pub retryable: bool,
    /// Minimum wait before another attempt.
    pub retry_after: Option<Duration>,
    /// True if the input is to blame and not the task: the verdict is then `bad_input` instead of
    /// `task_error`.
    pub bad_input: bool,
}

impl Failure {
    /// A failure of the task with a message for people.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }

    /// A failure that is the input's fault: the verdict is `bad_input`.
    pub fn bad_input(message: impl Into<String>) -> Self {
        Self { bad_input: true, ..Self::new(message) }
    }

    /// Adds a short stable code for programs.
    #[must_use]
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// Says that another attempt with the same input may succeed.
    #[must_use]
    pub fn retryable(mut self) -> Self {
        self.retryable = true;
        self
    }

    /// Says that another attempt may succeed, but not before this time has passed.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self.retryable()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// The message is the error's own and those of its sources, joined with `": "`.
impl<E: Into<Box<dyn Error>>> From<E> for Failure {
    fn from(error: E) -> Self {
        let error: Box<dyn Error> = error.into();
        let mut message = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            message.push_str(": ");
            message.push_str(&cause.to_string());
            source = cause.source();
        }
        Self::new(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Outer(std::num::ParseIntError);

    impl fmt::Display for Outer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("cannot read the count")
        }
    }

    impl Error for Outer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }

    #[test]
    fn a_chain_of_errors_is_one_message() {
        let failure = Failure::from(Outer("x".parse::<u8>().unwrap_err()));
        assert_eq!(failure.message, "cannot read the count: invalid digit found in string");
        assert_eq!(failure, Failure::new("cannot read the count: invalid digit found in string"));
    }

    #[test]
    fn text_errors_and_failures_pass_the_question_mark() {
        fn text() -> Result<(), Failure> {
            Err("short")?
        }
        fn string() -> Result<(), Failure> {
            Err(format!("{} long", 1))?
        }
        fn boxed() -> Result<(), Failure> {
            let error: Box<dyn Error> = "boxed".into();
            Err(error)?
        }
        fn failure() -> Result<(), Failure> {
            Err(Failure::bad_input("mine").code("c"))?
        }
        assert_eq!(text(), Err(Failure::new("short")));
        assert_eq!(string(), Err(Failure::new("1 long")));
        assert_eq!(boxed(), Err(Failure::new("boxed")));
        assert_eq!(failure(), Err(Failure::bad_input("mine").code("c")));
    }

    #[test]
    fn a_wait_makes_a_failure_retryable() {
        assert!(!Failure::new("a").retryable);
        assert!(Failure::new("a").retryable().retryable);
        let failure = Failure::new("a").retry_after(Duration::from_millis(7));
        assert!(failure.retryable);
        assert_eq!(failure.retry_after, Some(Duration::from_millis(7)));
    }
}
