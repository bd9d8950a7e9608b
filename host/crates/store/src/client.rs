//! The client: one object of one service, by the crate `object_store`, from a thread that waits.
//!
//! Requests are made one at a time and never repeated here: the reader above decides that, as it
//! alone knows what is missing. It must never hand on an error's own text where that may have the
//! query of a URL in it.

mod answer;
mod connect;

use super::fetch::{FetchError, FetchRange, FetchedPart, ObjectFacts};
use super::object_url::ObjectUrl;
use super::store_error::StoreFault;
use answer::{FailedRequest, LastStatus};
use futures_util::StreamExt;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectMeta, ObjectStore, ObjectStoreExt};
use std::ops::Range;
use tokio::runtime::Runtime;

/// Status of an answer to a range that begins behind the end, as each does of an empty object.
const RANGE_NOT_SATISFIABLE: u16 = 416;

/// A client of one object.
#[derive(Debug)]
pub(super) struct ObjectClient {
    runtime: Runtime,
    store: Box<dyn ObjectStore>,
    path: Path,
    status: LastStatus,
    /// Query of its URL, which no text may have in it.
    secret: Option<String>,
}

impl ObjectClient {
    /// A client of the object at `url`. Nothing is asked for yet.
    ///
    /// # Errors
    /// If the URL or the environment say what cannot be.
    pub(super) fn connect(url: &ObjectUrl) -> Result<Self, StoreFault> {
        let status = LastStatus::default();
        let secret = url.secret_query().map(str::to_owned);
        let refused = |error| FailedRequest { error: &error, status: 0, secret: secret.as_deref() }.refused();
        let (store, path) = connect::connect(url, &status).map_err(refused)?;
        // On the thread that reads: nothing is to happen while nobody waits for it.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| StoreFault::Refused(error.to_string()))?;
        Ok(Self { runtime, store, path, status, secret })
    }

    fn failed(&self, error: &object_store::Error) -> FetchError {
        let status = self.status.get();
        FailedRequest { error, status, secret: self.secret.as_deref() }.fetch_error()
    }

    async fn fetch_part(&self, range: Range<u64>, part: &mut FetchedPart) -> Result<(), FetchError> {
        let room = range.end.saturating_sub(range.start);
        let is_first = range.start == 0 && part.facts.is_none();
        let options = GetOptions {
            // A weak tag never matches.
            if_match: part
                .facts
                .as_ref()
                .and_then(|facts| facts.etag.clone())
                .filter(|tag| !tag.starts_with("W/")),
            range: Some(GetRange::Bounded(range)),
            ..GetOptions::default()
        };
        self.status.forget();
        let answer = match self.store.get_opts(&self.path, options).await {
            Ok(answer) => answer,
            Err(error) => {
                let failed = self.failed(&error);
                let may_be_empty = is_first && self.status.get() == RANGE_NOT_SATISFIABLE;
                if may_be_empty && let Some(facts) = self.empty_object().await {
                    part.facts = Some(facts);
                    return Ok(());
                }
                return Err(failed);
            }
        };
        let facts = facts(&answer.meta);
        if !part.facts.get_or_insert(facts.clone()).is_same(&facts) {
            return Err(FetchError::Fault(StoreFault::Changed { after: 0 }));
        }
        let mut body = answer.into_stream();
        let mut left = usize::try_from(room).unwrap_or(usize::MAX);
        while let Some(bytes) = body.next().await {
            let bytes = bytes.map_err(|error| self.failed(&error))?;
            // No more than was asked for, whatever the server sends.
            let bytes = bytes.get(..left.min(bytes.len())).unwrap_or_default();
            part.bytes.extend_from_slice(bytes);
            left -= bytes.len();
            if left == 0 {
                break;
            }
        }
        Ok(())
    }

    /// The facts of the object, if it has no bytes.
    async fn empty_object(&self) -> Option<ObjectFacts> {
        let answer = self.store.get(&self.path).await.ok()?;
        Some(facts(&answer.meta)).filter(|facts| facts.length == 0)
    }
}

impl FetchRange for ObjectClient {
    fn fetch(&mut self, range: Range<u64>, part: &mut FetchedPart) -> Result<(), FetchError> {
        self.runtime.block_on(self.fetch_part(range, part))
    }
}

fn facts(meta: &ObjectMeta) -> ObjectFacts {
    // The crate has the year 1970 where a server says nothing.
    let changed = Some(meta.last_modified.timestamp()).filter(|seconds| *seconds != 0);
    ObjectFacts { length: meta.size, etag: meta.e_tag.clone(), changed }
}

#[cfg(test)]
mod tests {
    use super::*;
    use object_store::memory::InMemory;

    fn client(key: &str) -> ObjectClient {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let store = Box::new(InMemory::new());
        let path = Path::parse(key).unwrap();
        ObjectClient { runtime, store, path, status: LastStatus::default(), secret: None }
    }

    fn put(client: &ObjectClient, content: &[u8]) {
        client.runtime.block_on(client.store.put(&client.path, content.to_vec().into())).unwrap();
    }

    #[test]
    fn a_range_comes_with_what_the_object_is() {
        let mut client = client("a b/c%20#1.jsonl");
        put(&client, b"0123456789");
        let mut part = FetchedPart::default();
        client.fetch(0..4, &mut part).unwrap();
        let facts = part.facts.clone().unwrap();
        assert_eq!((part.bytes.as_slice(), facts.length), (&b"0123"[..], 10));
        assert!(facts.etag.is_some());
        client.fetch(4..100, &mut part).unwrap();
        assert_eq!(part.bytes, b"0123456789");
    }

    #[test]
    fn nothing_of_another_object_is_taken() {
        let mut client = client("key");
        put(&client, b"before");
        let mut part = FetchedPart::default();
        client.fetch(0..3, &mut part).unwrap();
        put(&client, b"behind");
        let error = client.fetch(3..6, &mut part).unwrap_err();
        assert_eq!(error, FetchError::Fault(StoreFault::Changed { after: 0 }));
        assert_eq!(part.bytes, b"bef");
        // And where it is compared here: a weak tag is sent to nobody.
        part.facts.as_mut().unwrap().etag = Some("W/\"1\"".to_owned());
        let error = client.fetch(3..6, &mut part).unwrap_err();
        assert_eq!(error, FetchError::Fault(StoreFault::Changed { after: 0 }));
    }

    #[test]
    fn an_object_that_is_not_there_is_missing() {
        let error = client("key").fetch(0..3, &mut FetchedPart::default()).unwrap_err();
        assert_eq!(error, FetchError::Fault(StoreFault::Missing));
    }
}
