//! Objects that stand on a server: on S3, Google Cloud Storage, Azure Blob Storage, or behind
//! HTTP. One is read in order, in bounded memory, and as one version from its start to its end.
//!
//! [`ObjectUrl`] says what an object is called and shows no secret. [`ObjectReader`] reads it part
//! by part: what broke off is resumed where it ended, a bounded number of times, and an object that
//! changed meanwhile is an error and never mixed content. Both are pure; the feature `client`
//! brings the one file that talks to servers, and without it each URL is refused.
//!
//! Credentials are those that the environment names, and go to the object's own service only. It
//! must never know what an object is for, keep one, or be linked by what runs guests: it is the
//! supervisor that reads, and a worker has no network.
#![forbid(unsafe_code)]

#[cfg(feature = "client")]
mod client;
mod fetch;
mod object_reader;
mod object_url;
mod store_error;

pub use fetch::{FetchError, FetchRange, FetchedPart, ObjectFacts};
pub use object_reader::{ObjectReader, RetryPolicy};
pub use object_url::{ObjectUrl, ObjectUrlError, StoreService};
pub use store_error::{StoreError, StoreFault};

impl ObjectReader {
    /// Opens the object at `url`, and reads its first part: so whether it is there, and may be
    /// read, is known now.
    ///
    /// # Errors
    /// If it cannot be read, or this polymer was built without the client.
    pub fn open(url: &ObjectUrl) -> Result<Self, StoreError> {
        Self::of_url(url, None).map_err(|fault| StoreError { url: url.to_string(), fault })
    }

    /// As [`open`](Self::open), an object that is to be what it was: these are its facts then.
    ///
    /// # Errors
    /// As there, and if it is another one now.
    pub fn open_again(url: &ObjectUrl, known: ObjectFacts) -> Result<Self, StoreError> {
        Self::of_url(url, Some(known)).map_err(|fault| StoreError { url: url.to_string(), fault })
    }

    #[cfg(feature = "client")]
    fn of_url(url: &ObjectUrl, known: Option<ObjectFacts>) -> Result<Self, StoreFault> {
        let client = client::ObjectClient::connect(url)?;
        Self::over(Box::new(client), RetryPolicy::default(), known)
    }

    #[cfg(not(feature = "client"))]
    fn of_url(_: &ObjectUrl, _: Option<ObjectFacts>) -> Result<Self, StoreFault> {
        Err(StoreFault::NotBuilt)
    }
}
