//! Objects whose server hangs up, is busy or has another one meanwhile.

use super::*;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

/// A number of bytes as a place in a content.
fn place(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap()
}

/// What a scripted server does with one request.
#[derive(Debug, Clone)]
enum Answer {
    /// All that was asked for.
    Whole,
    /// So many bytes, then the connection breaks off.
    BreaksAfter(usize),
    /// Another object stands there from now on.
    Changes,
    /// An answer without bytes.
    Empty,
    Fault(StoreFault),
}

/// Requests that came, each as its range.
type Requests = Arc<Mutex<Vec<Range<u64>>>>;

struct ScriptedServer {
    content: Vec<u8>,
    version: u32,
    script: VecDeque<Answer>,
    requests: Requests,
}

impl FetchRange for ScriptedServer {
    fn fetch(&mut self, range: Range<u64>, part: &mut FetchedPart) -> Result<(), FetchError> {
        self.requests.lock().unwrap().push(range.clone());
        let answer = self.script.pop_front().unwrap_or(Answer::Whole);
        match &answer {
            Answer::Fault(fault) => return Err(FetchError::Fault(fault.clone())),
            Answer::Changes => self.version += 1,
            _ => {}
        }
        let length = self.content.len() as u64;
        let facts = ObjectFacts { length, etag: Some(self.version.to_string()), changed: None };
        if part.facts.get_or_insert(facts.clone()) != &facts {
            return Err(FetchError::Fault(StoreFault::Changed { after: 0 }));
        }
        let all = &self.content[place(range.start)..place(range.end.min(length))];
        let sent = match answer {
            Answer::BreaksAfter(most) => most.min(all.len()),
            Answer::Empty => 0,
            _ => all.len(),
        };
        part.bytes.extend(&all[..sent]);
        if let Answer::BreaksAfter(_) = answer {
            return Err(FetchError::Broken("reset".to_owned()));
        }
        Ok(())
    }
}

const AT_ONCE: RetryPolicy = RetryPolicy { attempts: 3, wait: Duration::ZERO, longest: Duration::ZERO };

fn open(
    length: u64,
    script: impl IntoIterator<Item = Answer>,
    known: Option<ObjectFacts>,
) -> (Result<ObjectReader, StoreFault>, Vec<u8>, Requests) {
    let content: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
    let requests = Requests::default();
    let server = ScriptedServer {
        content: content.clone(),
        version: 1,
        script: script.into_iter().collect(),
        requests: Arc::clone(&requests),
    };
    (ObjectReader::over(Box::new(server), AT_ONCE, known), content, requests)
}

fn read(reader: &mut ObjectReader) -> (Vec<u8>, Option<StoreFault>) {
    let mut read = Vec::new();
    let error = reader.read_to_end(&mut read).err();
    let fault = error.map(|error| error.get_ref().unwrap().downcast_ref::<StoreFault>().unwrap().clone());
    (read, fault)
}

#[test]
fn an_object_is_read_part_by_part_to_its_end() {
    for length in [0, 1, PART - 1, PART, PART + 1, 2 * PART + 5] {
        let (reader, content, requests) = open(length, [], None);
        let mut reader = reader.unwrap();
        assert_eq!(reader.facts().length, length);
        assert_eq!(read(&mut reader), (content, None), "{length}");
        assert_eq!(requests.lock().unwrap().len() as u64, length.div_ceil(PART).max(1), "{length}");
        assert!(reader.held.capacity() as u64 <= 2 * PART, "one part is held");
        assert_eq!(reader.read(&mut [0]).unwrap(), 0);
    }
}

#[test]
fn what_broke_off_is_resumed_where_it_ended() {
    // In the first part, twice, and in the second at once and in the middle.
    let script =
        [7, 0, 9].map(Answer::BreaksAfter).into_iter().chain([Answer::Whole, Answer::BreaksAfter(0)]);
    let script = script.chain([Answer::BreaksAfter(3)]);
    let (reader, content, requests) = open(PART + 100, script, None);
    assert_eq!(read(&mut reader.unwrap()), (content, None));
    let starts: Vec<u64> = requests.lock().unwrap().iter().map(|range| range.start).collect();
    assert_eq!(starts, [0, 7, 7, 16, PART + 16, PART + 16, PART + 19]);
}

#[test]
fn an_object_that_changes_is_an_error_and_never_mixed() {
    let (reader, content, _) = open(2 * PART, [Answer::Whole, Answer::Changes], None);
    let (got, fault) = read(&mut reader.unwrap());
    assert_eq!(fault, Some(StoreFault::Changed { after: PART }));
    assert!(got == content[..place(PART)], "what came before is of one object");
    // Also where the connection broke off in between.
    let (reader, _, _) = open(100, [Answer::BreaksAfter(40), Answer::Changes], None);
    let (got, fault) = read(&mut reader.unwrap());
    assert_eq!((got.len(), fault), (40, Some(StoreFault::Changed { after: 40 })));
    // And where it is known from an earlier reading.
    let known = ObjectFacts { length: 100, etag: Some("0".to_owned()), changed: None };
    assert_eq!(open(100, [], Some(known)).0.unwrap_err(), StoreFault::Changed { after: 0 });
}

#[test]
fn attempts_in_a_row_that_bring_nothing_are_bounded() {
    let nothing = || Answer::BreaksAfter(0);
    let (reader, ..) = open(5, [nothing(), nothing(), nothing()], None);
    let unreachable = |after| StoreFault::Unreachable { attempts: 3, after, cause: "reset".to_owned() };
    assert_eq!(reader.unwrap_err(), unreachable(0));
    // A byte that comes begins the count anew.
    let script = (0..4).flat_map(|_| [nothing(), nothing(), Answer::BreaksAfter(1)]);
    let (reader, content, _) = open(5, script, None);
    assert_eq!(read(&mut reader.unwrap()), (content, None));
    let (reader, content, _) = open(5, [Answer::BreaksAfter(2), nothing(), nothing(), nothing()], None);
    assert_eq!(read(&mut reader.unwrap()), (content[..2].to_vec(), Some(unreachable(2))));
}

#[test]
fn an_empty_answer_is_no_end() {
    let (reader, content, _) = open(5, [Answer::BreaksAfter(2), Answer::Empty], None);
    assert_eq!(read(&mut reader.unwrap()), (content, None));
    let (reader, ..) = open(5, [Answer::Empty, Answer::Empty, Answer::Empty], None);
    assert!(matches!(reader.unwrap_err(), StoreFault::Unreachable { attempts: 3, after: 0, .. }));
}

#[test]
fn a_fault_is_final() {
    let (reader, _, requests) = open(5, [Answer::Fault(StoreFault::Missing)], None);
    assert_eq!(reader.unwrap_err(), StoreFault::Missing);
    assert_eq!(requests.lock().unwrap().len(), 1);
}

#[test]
fn waits_double_up_to_the_longest() {
    let policy = RetryPolicy::default();
    let waits: Vec<u128> =
        [1, 2, 3, 6, 7, 40, 400].map(|failed| policy.wait_after(failed).as_millis()).into();
    assert_eq!(waits, [200, 400, 800, 6400, 10_000, 10_000, 10_000]);
}
