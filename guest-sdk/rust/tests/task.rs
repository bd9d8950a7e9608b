//! `#[task]` as its authors use it, and the module's entry as the host calls it.

#![forbid(unsafe_code)]

use polymer_task::__private::{Entry, FunctionEntry, Info, StructEntry, attempt};
use polymer_task::codec::Encoding;
use polymer_task::{Attempt, Failure, Function, Task, task};

/// Waits, then says its text.
///
/// A second paragraph is not in the summary.
#[task]
#[derive(Debug)]
pub struct SaidTwice {
    /// What to say.
    pub text: String,
    #[serde(default, rename = "often")]
    times: u32,
}

impl SaidTwice {
    fn run(&mut self) -> Result<(), Failure> {
        if self.text.is_empty() {
            return Err(Failure::new("nothing to say").code("empty").retryable());
        }
        self.text = self.text.repeat(2);
        self.times += 2;
        Ok(())
    }
}

#[task(name = "other name")]
#[derive(Debug, Default, polymer_task::serde::Serialize)]
struct Partly {
    #[serde(skip_serializing)]
    secret: u8,
}

impl Partly {
    fn run(&mut self) {
        self.secret += 1;
    }
}

mod derived {
    use polymer_task::serde::{Deserialize, Serialize};

    #[polymer_task::task]
    #[derive(Serialize, Deserialize)]
    #[serde(crate = "polymer_task::serde", deny_unknown_fields)]
    pub(super) struct Strict {
        pub(super) keys: Vec<f64>,
    }

    impl Strict {
        fn run(&mut self) -> std::io::Result<()> {
            self.keys.pop().map(drop).ok_or_else(|| std::io::Error::other("no keys"))
        }
    }
}

/// Counts words.
#[task]
pub fn count(text: String, attempt: &Attempt) -> Result<usize, String> {
    if attempt.number > 1 {
        return Err(format!("attempt {}", attempt.number));
    }
    Ok(text.split_whitespace().count())
}

#[task(raw)]
fn reverse(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.reverse();
    bytes
}

#[task]
fn r#type(_input: ()) {}

fn call<E: Entry>(input: &str) -> Result<String, Failure> {
    let output = attempt::<E>(&Attempt::new(E::INFO.name, "1", 1), input.as_bytes().to_vec())?;
    Ok(String::from_utf8(output)?)
}

#[test]
fn a_struct_is_its_input_and_its_output() {
    type Said = StructEntry<SaidTwice>;
    assert_eq!(call::<Said>(r#"{"text":"ab"}"#).unwrap(), r#"{"text":"abab","often":2}"#);
    assert_eq!(call::<Said>(r#" {"often":3,"text":"ä","more":[]} "#).unwrap(), r#"{"text":"ää","often":5}"#);
    assert_eq!((SaidTwice::NAME, SaidTwice::VERSION), ("said_twice", env!("CARGO_PKG_VERSION")));
    assert_eq!(SaidTwice::SUMMARY, "Waits, then says its text.");

    let failure = call::<Said>(r#"{"text":""}"#).unwrap_err();
    assert_eq!(failure, Failure::new("nothing to say").code("empty").retryable());
}

#[test]
fn an_input_that_does_not_fit_is_to_blame() {
    let failure = call::<StructEntry<SaidTwice>>(r#"{"often":1}"#).unwrap_err();
    assert!(failure.bad_input && !failure.retryable);
    assert_eq!(failure.code.as_deref(), Some("input"));
    assert_eq!(failure.message, "the input does not fit the task: missing field `text` at column 11");
    for input in ["", "{", "3", r#"{"text":3}"#, "{} x"] {
        assert!(call::<StructEntry<SaidTwice>>(input).unwrap_err().bad_input, "{input}");
    }
}

#[test]
fn the_authors_own_derives_are_left_alone() {
    type Strict = StructEntry<derived::Strict>;
    assert_eq!(call::<StructEntry<Partly>>(r#"{"secret":1}"#).unwrap(), "{}");
    assert_eq!((Partly::NAME, Partly::SUMMARY), ("other name", ""));
    assert_eq!(format!("{:?}", Partly::default()), "Partly { secret: 0 }");
    assert_eq!(call::<Strict>(r#"{"keys":[1,2.5]}"#).unwrap(), r#"{"keys":[1.0]}"#);
    assert_eq!(call::<Strict>(r#"{"keys":[]}"#).unwrap_err(), Failure::new("no keys"));
    assert!(call::<Strict>(r#"{"keys":[],"x":1}"#).unwrap_err().bad_input);
}

#[test]
fn a_function_is_called_with_its_input_and_the_attempt() {
    type Count = FunctionEntry<count>;
    assert_eq!(call::<Count>(r#""one two""#).unwrap(), "2");
    assert_eq!((count::NAME, count::SUMMARY), ("count", "Counts words."));
    let second = attempt::<Count>(&Attempt::new("count", "1", 2), b"\"\"".to_vec()).unwrap_err();
    assert_eq!(second, Failure::new("attempt 2"));
    assert_eq!(call::<FunctionEntry<r#type>>("null").unwrap(), "null");
    assert_eq!(r#type::NAME, "type");
}

#[test]
fn a_raw_task_takes_any_bytes() {
    let bytes = attempt::<FunctionEntry<reverse>>(&Attempt::new("reverse", "1", 1), vec![0, 255, 7]).unwrap();
    assert_eq!(bytes, [7, 255, 0]);
    assert_eq!(FunctionEntry::<reverse>::INFO.encoding, Encoding::Raw);
    assert_eq!(FunctionEntry::<count>::INFO.encoding, Encoding::Json);
}

#[test]
fn another_tasks_name_is_refused() {
    let failure = attempt::<FunctionEntry<count>>(&Attempt::new("sum", "1", 1), Vec::new()).unwrap_err();
    assert_eq!(failure.message, r#"this module has no task "sum", only "count""#);
}

/// Several tasks in one module.
mod several {
    use super::*;
    use polymer_task::__private::{Listed, Member, Module, names_differ};

    polymer_task::tasks!(one, inner::Other, third,);

    #[task(listed)]
    fn one(input: u32) -> u32 {
        input + 1
    }

    mod inner {
        #[polymer_task::task(listed, name = "other")]
        pub(super) struct Other {
            pub(super) number: u32,
        }

        impl Other {
            fn run(&mut self) {
                self.number *= 2;
            }
        }
    }

    #[task(raw, listed)]
    fn third(bytes: Vec<u8>) -> Vec<u8> {
        bytes
    }

    /// What `tasks!` makes, which has no name outside of it.
    struct All;

    impl Module for All {
        const MEMBERS: &'static [Member] = &[
            Member::of::<<one as Listed>::Entry>(),
            Member::of::<<inner::Other as Listed>::Entry>(),
            Member::of::<<third as Listed>::Entry>(),
        ];
    }

    fn run(task: &str, input: &[u8]) -> Result<Vec<u8>, Failure> {
        attempt::<All>(&Attempt::new(task, "1", 1), input.to_vec())
    }

    #[test]
    fn the_one_that_is_named_is_run() {
        assert_eq!(run("one", b"1").unwrap(), b"2");
        assert_eq!(run("other", br#"{"number":4}"#).unwrap(), br#"{"number":8}"#);
        assert_eq!(run("third", b"\xff").unwrap(), b"\xff");
        let failure = run("two", b"1").unwrap_err();
        assert_eq!(failure.message, r#"this module has no task "two", only "one", "other", "third""#);
    }

    #[test]
    fn names_are_compared_whole() {
        let named = |name| Member { info: Info { name, ..<one as Listed>::Entry::INFO }, ..All::MEMBERS[0] };
        assert!(names_differ(All::MEMBERS) && names_differ(&[]));
        assert!(names_differ(&[named("a"), named("aa"), named(""), named("b")]));
        assert!(!names_differ(&[named("a"), named("b"), named("a")]));
    }
}

#[cfg(feature = "message-pack")]
mod message_pack {
    use super::*;
    use std::collections::BTreeMap;

    #[task(message_pack)]
    fn keys(map: BTreeMap<String, u8>) -> Vec<String> {
        map.into_keys().collect()
    }

    #[test]
    fn values_travel_as_message_pack() {
        let run =
            |bytes: &[u8]| attempt::<FunctionEntry<keys>>(&Attempt::new("keys", "1", 1), bytes.to_vec());
        assert_eq!(run(b"\x81\xa1a\x01").unwrap(), b"\x91\xa1a");
        assert!(run(b"\xa1a").unwrap_err().bad_input);
        assert_eq!(FunctionEntry::<keys>::INFO.encoding, Encoding::MessagePack);
    }
}

/// Tasks whose names and types are handed to a macro.
mod in_macros {
    use super::*;

    macro_rules! numbered {
        ($structure:ident, $function:ident, $field:ident: $number:ty, $attempt:ty => $result:ty) => {
            #[task]
            struct $structure {
                #[task(id)]
                $field: $number,
            }

            impl $structure {
                fn run(&mut self) {
                    self.$field += 1;
                }
            }

            #[task]
            fn $function(number: $number, attempt: $attempt) -> $result {
                Ok(number + <$number>::from(attempt.number))
            }
        };
    }

    numbered!(Numbered, numbered, number: u64, &Attempt => Result<u64, String>);

    #[test]
    fn a_macro_may_write_tasks() {
        assert_eq!(Numbered { number: 7 }.id().as_deref(), Some("7"));
        assert_eq!(call::<StructEntry<Numbered>>(r#"{"number":7}"#).unwrap(), r#"{"number":8}"#);
        assert_eq!(call::<FunctionEntry<numbered>>("7").unwrap(), "8");
    }
}

mod unwritable {
    use super::*;
    use std::collections::BTreeMap;

    #[task]
    fn keyed(_input: ()) -> BTreeMap<Vec<u8>, u8> {
        BTreeMap::from([(vec![1], 1)])
    }

    #[test]
    fn an_output_that_does_not_fit_is_the_tasks_fault() {
        let failure = call::<FunctionEntry<keyed>>("null").unwrap_err();
        assert!(!failure.bad_input);
        assert_eq!(failure.code.as_deref(), Some("output"));
        assert_eq!(failure.message, "the output cannot be written: key must be a string");
    }
}
