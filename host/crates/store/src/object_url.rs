//! URLs of objects: which service has one, what it is called there, and how it is shown.
//!
//! A URL may carry secrets: a signed one has them in its query. So what is shown, stored or logged
//! has `?...` in place of a query, and such a URL is refused when it comes back. User names and
//! passwords are refused outright. Here is no network: it must never look whether anything stands
//! at a URL.

use polymer_host_base::Digest;
use std::fmt;
use std::path::Path;

/// Stands in place of a query that is not shown.
const NOT_SHOWN: &str = "...";
/// Start of a fragment that is a module's digest.
const DIGEST: &str = "sha256=";

/// What serves an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreService {
    /// S3, or what speaks like it.
    S3,
    /// Google Cloud Storage.
    Gcs,
    /// Azure Blob Storage.
    Azure,
    /// A server of HTTP with TLS.
    Https,
    /// A server of HTTP without.
    Http,
}

impl StoreService {
    /// All, each with the start of its URLs.
    pub const ALL: [(&'static str, Self); 5] = [
        ("s3://", Self::S3),
        ("gs://", Self::Gcs),
        ("az://", Self::Azure),
        ("https://", Self::Https),
        ("http://", Self::Http),
    ];

    /// True for a server that nobody signs requests to.
    #[must_use]
    pub const fn is_web(self) -> bool {
        matches!(self, Self::Https | Self::Http)
    }

    fn scheme(self) -> &'static str {
        Self::ALL.iter().find(|(_, service)| *service == self).map_or("", |(scheme, _)| scheme)
    }
}

/// The URL of an object. It is shown, and written by `{:?}`, without its query.
#[derive(Clone, PartialEq, Eq)]
pub struct ObjectUrl {
    service: StoreService,
    /// Bucket or container; of a web server its host and port.
    place: String,
    /// Key of the object, as it is; of a web server the path as it is written there.
    key: String,
    /// Query, which may be a signature. Only URLs of web servers have one.
    query: Option<String>,
    /// Digest that what stands there must have.
    digest: Option<Digest>,
}

/// Why a URL names no object. Each says so without the URL's secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ObjectUrlError {
    /// It carries a user name or a password.
    #[error("a URL may carry no user name and no password, and {0} does")]
    Credentials(String),
    /// It names no bucket or host.
    #[error("the URL {0} names no server")]
    NoPlace(String),
    /// It names no object in a bucket.
    #[error("the URL {0} names no object")]
    NoKey(String),
    /// It has control characters.
    #[error("the URL {0} has control characters")]
    Control(String),
    /// What follows its `#` is no digest.
    #[error("what follows # in the URL {0} is not sha256= and 64 hexadecimal digits")]
    Fragment(String),
    /// Its query was not kept.
    #[error("the query of the URL {0} was not kept, as it may be a signature")]
    QueryNotKept(String),
}

impl ObjectUrlError {
    /// Returns what may help.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Credentials(_) => {
                "credentials come from variables, such as AWS_ACCESS_KEY_ID; a signed URL has them in its query"
            }
            Self::NoPlace(_) | Self::NoKey(_) => "an object is named s3://BUCKET/KEY or https://HOST/PATH",
            Self::Control(_) => "write them as % and two digits, in a URL of HTTP",
            Self::Fragment(_) => "`sha256sum FILE` prints the digits; a # in a path is written %23",
            Self::QueryNotKept(_) => {
                "give the whole URL again: `polymer resume DIR --input URL`, or `--tasks URL`"
            }
        }
    }
}

impl ObjectUrl {
    /// Reads a URL; nothing, if it is the path of a file. `./s3:/x` is one.
    #[must_use]
    pub fn of_path(path: &Path) -> Option<Result<Self, ObjectUrlError>> {
        Self::parse(path.to_str()?)
    }

    /// As [`of_path`](Self::of_path), of a text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Result<Self, ObjectUrlError>> {
        let found = StoreService::ALL
            .iter()
            .find_map(|(scheme, service)| Some((*service, text.strip_prefix(*scheme)?)));
        found.map(|(service, rest)| Self::of_service(service, rest))
    }

    /// Returns whether it is a URL and not the path of a file.
    #[must_use]
    pub fn is_url(path: &Path) -> bool {
        let is_url = |text: &str| StoreService::ALL.iter().any(|(scheme, _)| text.starts_with(scheme));
        path.to_str().is_some_and(is_url)
    }

    /// The text as it may be shown and stored: a URL without its query, anything else as it is.
    #[must_use]
    pub fn without_secrets(text: &str) -> String {
        match Self::parse(text) {
            Some(Ok(url)) => url.to_string(),
            Some(Err(ObjectUrlError::QueryNotKept(_))) | None => text.to_owned(),
            Some(Err(_)) => Self::crudely_shown(text),
        }
    }

    fn of_service(service: StoreService, rest: &str) -> Result<Self, ObjectUrlError> {
        let scheme = service.scheme();
        let end = if service.is_web() { &['/', '?', '#'][..] } else { &['/'] };
        let (place, rest) = rest.split_at(rest.find(end).unwrap_or(rest.len()));
        let shown = || Self::crudely_shown(&format!("{scheme}{place}{rest}"));
        if place.contains('@') {
            return Err(ObjectUrlError::Credentials(shown()));
        }
        if place.chars().chain(rest.chars()).any(char::is_control) {
            return Err(ObjectUrlError::Control(shown()));
        }
        if place.is_empty() {
            return Err(ObjectUrlError::NoPlace(shown()));
        }
        let (rest, digest) = split_digest(rest, service).ok_or_else(|| ObjectUrlError::Fragment(shown()))?;
        // In a key of a bucket a question mark is a character as any other.
        let (key, query) = match rest.split_once('?').filter(|_| service.is_web()) {
            Some((key, query)) => (key, Some(query)),
            None => (rest, None),
        };
        if query == Some(NOT_SHOWN) {
            return Err(ObjectUrlError::QueryNotKept(shown()));
        }
        let key = key.strip_prefix('/').unwrap_or(key);
        if !service.is_web() && (key.is_empty() || key.ends_with('/')) {
            return Err(ObjectUrlError::NoKey(shown()));
        }
        let query = query.map(str::to_owned);
        Ok(Self { service, place: place.to_owned(), key: key.to_owned(), query, digest })
    }

    /// What is wrong with it is not known yet: neither what stands before an `@` of its server nor
    /// what comes behind a `?` is shown.
    fn crudely_shown(text: &str) -> String {
        let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
        let (place, rest) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let place =
            place.rsplit_once('@').map_or_else(|| place.to_owned(), |(_, host)| format!("...@{host}"));
        let (key, query) = rest.split_once('?').map_or((rest, ""), |(key, _)| (key, "?..."));
        format!("{scheme}://{place}{key}{query}")
    }

    /// What serves it.
    #[must_use]
    pub const fn service(&self) -> StoreService {
        self.service
    }

    /// Its bucket or container; its host and port, where it has none.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Its key in the bucket, as it is.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The query, which is not to be shown.
    #[must_use]
    pub fn secret_query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// The digest that what stands there must have, if the URL says one.
    #[must_use]
    pub const fn digest(&self) -> Option<Digest> {
        self.digest
    }

    /// The last part of its key, by which a file would be called; its server, if there is none.
    #[must_use]
    pub fn file_name(&self) -> &str {
        let name = self.key.rsplit('/').next().unwrap_or_default();
        if name.is_empty() { &self.place } else { name }
    }

    /// The URL that a web server is asked for, with the query.
    #[must_use]
    pub fn secret_text(&self) -> String {
        let query = self.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
        format!("{}{}/{}{query}", self.service.scheme(), self.place, self.key)
    }
}

/// The part before a digest and the digest, if there is one. A fragment that is none is nothing: a
/// server never sees it. In a key of a bucket a `#` is a character as any other.
fn split_digest(rest: &str, service: StoreService) -> Option<(&str, Option<Digest>)> {
    let Some((before, fragment)) = rest.rsplit_once('#') else { return Some((rest, None)) };
    match fragment.strip_prefix(DIGEST) {
        Some(digits) => Some((before, Some(digits.parse().ok()?))),
        None if service.is_web() => None,
        None => Some((rest, None)),
    }
}

impl fmt::Display for ObjectUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let query = if self.query.is_some() { "?..." } else { "" };
        write!(f, "{}{}/{}{query}", self.service.scheme(), self.place, self.key)?;
        match &self.digest {
            Some(digest) => write!(f, "#{DIGEST}{digest}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for ObjectUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectUrl({self})")
    }
}

#[cfg(test)]
mod tests;
