//! What came of a request, as far as a decision depends on it: the status of the last answer, and
//! an error in few words.
//!
//! Answers of servers and the errors around them may hold signatures and account names. So of an
//! answer only its status and its short code are told, and of other errors their last cause.

use super::super::fetch::FetchError;
use super::super::store_error::StoreFault;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
    ReqwestConnector,
};
use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

/// The longest text of a cause that is told.
const LONGEST_CAUSE: usize = 300;

/// Status of the last answer; 0 if none came. Clones are the same.
#[derive(Debug, Clone, Default)]
pub(super) struct LastStatus(Arc<AtomicU16>);

impl LastStatus {
    pub(super) fn get(&self) -> u16 {
        self.0.load(Ordering::Relaxed)
    }

    pub(super) fn forget(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

/// Makes clients that note the status of each answer: errors of the crate do not tell it.
#[derive(Debug)]
pub(super) struct WatchingConnector(pub(super) LastStatus);

impl HttpConnector for WatchingConnector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let client = ReqwestConnector::default().connect(options)?;
        Ok(HttpClient::new(WatchedClient { client, status: self.0.clone() }))
    }
}

#[derive(Debug)]
struct WatchedClient {
    client: HttpClient,
    status: LastStatus,
}

#[async_trait::async_trait]
impl HttpService for WatchedClient {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        self.status.forget();
        let answer = self.client.execute(request).await?;
        self.status.0.store(answer.status().as_u16(), Ordering::Relaxed);
        Ok(answer)
    }
}

/// A request that failed.
#[derive(Debug)]
pub(super) struct FailedRequest<'a> {
    pub(super) error: &'a object_store::Error,
    /// Status of the answer; 0 if none came.
    pub(super) status: u16,
    /// Query of the URL.
    pub(super) secret: Option<&'a str>,
}

impl FailedRequest<'_> {
    /// What follows for whoever reads.
    pub(super) fn fetch_error(&self) -> FetchError {
        match self.error {
            object_store::Error::NotFound { .. } => FetchError::Fault(StoreFault::Missing),
            object_store::Error::PermissionDenied { .. } | object_store::Error::Unauthenticated { .. } => {
                FetchError::Fault(StoreFault::Denied(self.answered()))
            }
            object_store::Error::Precondition { .. } | object_store::Error::NotModified { .. } => {
                FetchError::Fault(StoreFault::Changed { after: 0 })
            }
            object_store::Error::NotSupported { .. } => FetchError::Fault(StoreFault::NoRanges),
            _ => match (self.http_error(), self.status) {
                // What is asked of the client cannot be done, such as HTTP without TLS.
                (Some(_), _) if self.is_of_client() => FetchError::Fault(self.refused()),
                (Some(_), _) => FetchError::Broken(self.cause()),
                (None, 408 | 429 | 500..) => FetchError::Broken(self.answered()),
                // All of it came where a part was asked for.
                (None, 200) => FetchError::Fault(StoreFault::NoRanges),
                (None, 300..) => FetchError::Fault(StoreFault::Refused(self.answered())),
                (None, _) => FetchError::Fault(self.refused()),
            },
        }
    }

    /// That it will not do another time either.
    pub(super) fn refused(&self) -> StoreFault {
        StoreFault::Refused(self.cause())
    }

    fn causes(&self) -> impl Iterator<Item = &(dyn Error + 'static)> {
        let first: &(dyn Error + 'static) = self.error;
        std::iter::successors(Some(first), |error| (*error).source())
    }

    /// The error of the connection, if it was one.
    fn http_error(&self) -> Option<&HttpError> {
        self.causes().find_map(|error| error.downcast_ref())
    }

    /// Returns whether the client refused to send it.
    fn is_of_client(&self) -> bool {
        let is_unknown = |error: &HttpError| error.kind() == HttpErrorKind::Unknown;
        self.status == 0 && self.http_error().is_some_and(is_unknown) && self.cause().contains("scheme")
    }

    /// The answer in few words: its status, and the short code that S3 and Azure give.
    fn answered(&self) -> String {
        let text = self.causes().last().map(ToString::to_string).unwrap_or_default();
        let code = text.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
        let is_code = |code: &&str| code.len() <= 64 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
        match code.map(|(code, _)| code).filter(is_code) {
            Some(code) => format!("HTTP {} ({code})", self.status),
            None => format!("HTTP {}", self.status),
        }
    }

    /// The last cause, without the query and what follows a long text.
    fn cause(&self) -> String {
        let text = self.causes().last().map(ToString::to_string).unwrap_or_default();
        let text = match self.secret.filter(|secret| !secret.is_empty()) {
            Some(secret) => text.replace(secret, "..."),
            None => text,
        };
        text.chars().take(LONGEST_CAUSE).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Text(&'static str);

    fn generic(source: impl Error + Send + Sync + 'static) -> object_store::Error {
        object_store::Error::Generic { store: "test", source: Box::new(source) }
    }

    fn of(error: &object_store::Error, status: u16) -> FetchError {
        FailedRequest { error, status, secret: Some("sig=secret") }.fetch_error()
    }

    #[test]
    fn a_busy_server_and_a_connection_that_breaks_off_are_asked_again() {
        let busy = generic(Text("non-2xx: <Error><Code>SlowDown</Code><Key>secret</Key></Error>"));
        for status in [408, 429, 500, 503] {
            assert_eq!(of(&busy, status), FetchError::Broken(format!("HTTP {status} (SlowDown)")));
        }
        for kind in [HttpErrorKind::Connect, HttpErrorKind::Timeout, HttpErrorKind::Decode] {
            let broken = generic(HttpError::new(kind, Text("reset by peer")));
            assert_eq!(of(&broken, 206), FetchError::Broken("reset by peer".to_owned()));
        }
    }

    #[test]
    fn what_will_not_be_another_time_is_a_fault() {
        let fault = |error: &object_store::Error, status| match of(error, status) {
            FetchError::Fault(fault) => fault,
            FetchError::Broken(cause) => panic!("{cause}"),
        };
        let text = || generic(Text("<Code>InvalidArgument</Code>"));
        assert_eq!(fault(&text(), 400), StoreFault::Refused("HTTP 400 (InvalidArgument)".to_owned()));
        assert_eq!(fault(&text(), 200), StoreFault::NoRanges);
        let denied = object_store::Error::PermissionDenied {
            path: "k".to_owned(),
            source: Box::new(Text("<Code>ExpiredToken</Code><Token>secret</Token>")),
        };
        assert_eq!(fault(&denied, 403), StoreFault::Denied("HTTP 403 (ExpiredToken)".to_owned()));
        let plain = generic(HttpError::new(HttpErrorKind::Unknown, Text("URL scheme is not allowed")));
        assert_eq!(fault(&plain, 0), StoreFault::Refused("URL scheme is not allowed".to_owned()));
        // Nothing was asked for.
        let setting = generic(Text("no such file: key.json"));
        assert_eq!(fault(&setting, 0), StoreFault::Refused("no such file: key.json".to_owned()));
    }

    #[test]
    fn no_text_has_the_query_in_it() {
        let error = generic(Text("cannot parse https://h/x?sig=secret"));
        assert_eq!(
            of(&error, 0),
            FetchError::Fault(StoreFault::Refused("cannot parse https://h/x?...".to_owned()))
        );
    }
}
