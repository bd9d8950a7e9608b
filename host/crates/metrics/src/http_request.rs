//! What a reader asks of the answerer, and what it is answered: HTTP/1.1 as far as a scrape needs.
//!
//! Pure: bytes in, bytes out. One request a connection, and a request has no body. Readers may be
//! hostile, so whatever is too long or no request is refused. It must never know a socket.

use crate::rendered_text::TextFormat;

/// The most bytes that a request may have.
pub(crate) const MOST_REQUEST: usize = 8 << 10;

/// What the bytes of a reader come to so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RequestState {
    /// More has to come.
    Incomplete,
    /// All of it is there, and this is asked for.
    Whole(RequestedPage),
    /// It is answered with this status, and nothing more is read.
    Refused(HttpStatus),
}

/// A page that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RequestedPage {
    /// The metrics.
    Metrics(TextFormat),
    /// A line that says where they are.
    Index,
}

/// Status of an answer that has no page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HttpStatus {
    BadRequest,
    NotFound,
    MethodNotAllowed,
    RequestTooLarge,
    ServerError,
}

impl HttpStatus {
    const fn line(self) -> &'static str {
        match self {
            Self::BadRequest => "400 Bad Request",
            Self::NotFound => "404 Not Found",
            Self::MethodNotAllowed => "405 Method Not Allowed\r\nAllow: GET",
            Self::RequestTooLarge => "431 Request Header Fields Too Large",
            Self::ServerError => "500 Internal Server Error",
        }
    }
}

/// Content of the page that says where metrics are.
const INDEX: &str = "metrics of a run of polymer: /metrics\n";
const PLAIN: &str = "text/plain; charset=utf-8";
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const CLASSIC: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Reads what came of a request.
pub(crate) fn read_request(bytes: &[u8]) -> RequestState {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        let is_too_long = bytes.len() >= MOST_REQUEST;
        return if is_too_long {
            RequestState::Refused(HttpStatus::RequestTooLarge)
        } else {
            RequestState::Incomplete
        };
    };
    let head = bytes.get(..end).and_then(|head| std::str::from_utf8(head).ok());
    let Some((first, headers)) = head.map(|head| head.split_once("\r\n").unwrap_or((head, ""))) else {
        return RequestState::Refused(HttpStatus::BadRequest);
    };
    let mut words = first.split(' ');
    let (Some(method), Some(target), Some(version), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return RequestState::Refused(HttpStatus::BadRequest);
    };
    if !version.starts_with("HTTP/1.") {
        return RequestState::Refused(HttpStatus::BadRequest);
    }
    if method != "GET" {
        return RequestState::Refused(HttpStatus::MethodNotAllowed);
    }
    match target.split('?').next() {
        Some("/metrics") => RequestState::Whole(RequestedPage::Metrics(wanted_format(headers))),
        Some("/") => RequestState::Whole(RequestedPage::Index),
        _ => RequestState::Refused(HttpStatus::NotFound),
    }
}

/// The newer format for whoever says that it is understood, as Prometheus does.
fn wanted_format(headers: &str) -> TextFormat {
    let mut headers = headers.split("\r\n").filter_map(|header| header.split_once(':'));
    let is_understood = headers.any(|(name, value)| {
        name.eq_ignore_ascii_case("accept") && value.contains("application/openmetrics-text")
    });
    if is_understood { TextFormat::Open } else { TextFormat::Classic }
}

/// The answer with this page, of which `metrics` has the text if it shows them.
pub(crate) fn page(page: RequestedPage, metrics: &str) -> Vec<u8> {
    let (kind, body) = match page {
        RequestedPage::Metrics(TextFormat::Open) => (OPEN_METRICS, metrics),
        RequestedPage::Metrics(TextFormat::Classic) => (CLASSIC, metrics),
        RequestedPage::Index => (PLAIN, INDEX),
    };
    answer("200 OK", kind, body)
}

/// The answer to a request that is refused.
pub(crate) fn refusal(status: HttpStatus) -> Vec<u8> {
    answer(status.line(), PLAIN, "")
}

fn answer(status: &str, kind: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
        .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CLASSIC_METRICS: RequestState = RequestState::Whole(RequestedPage::Metrics(TextFormat::Classic));
    const OPEN: RequestState = RequestState::Whole(RequestedPage::Metrics(TextFormat::Open));

    #[test]
    fn a_scrape_is_told_from_what_is_none() {
        let refused = RequestState::Refused;
        for (request, state) in [
            ("GET /metrics HTTP/1.1\r\n\r\n", CLASSIC_METRICS),
            ("GET /metrics HTTP/1.0\r\nHost: a\r\n\r\n", CLASSIC_METRICS),
            ("GET /metrics?name[]=a HTTP/1.1\r\nAccept: text/plain\r\n\r\n", CLASSIC_METRICS),
            ("GET /metrics HTTP/1.1\r\nx: application/openmetrics-text\r\n\r\n", CLASSIC_METRICS),
            (
                "GET /metrics HTTP/1.1\r\nHost: a\r\naccept: application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1\r\n\r\n",
                OPEN,
            ),
            ("GET / HTTP/1.1\r\n\r\n", RequestState::Whole(RequestedPage::Index)),
            ("GET /metrics HTTP/1.1\r\n", RequestState::Incomplete),
            ("", RequestState::Incomplete),
            ("GET /metrics/ HTTP/1.1\r\n\r\n", refused(HttpStatus::NotFound)),
            ("GET http://a/metrics HTTP/1.1\r\n\r\n", refused(HttpStatus::NotFound)),
            ("POST /metrics HTTP/1.1\r\n\r\nbody", refused(HttpStatus::MethodNotAllowed)),
            ("get /metrics HTTP/1.1\r\n\r\n", refused(HttpStatus::MethodNotAllowed)),
            ("GET /metrics HTTP/2\r\n\r\n", refused(HttpStatus::BadRequest)),
            ("GET  /metrics HTTP/1.1\r\n\r\n", refused(HttpStatus::BadRequest)),
            ("GET /metrics\r\n\r\n", refused(HttpStatus::BadRequest)),
            ("\r\n\r\n", refused(HttpStatus::BadRequest)),
        ] {
            assert_eq!(read_request(request.as_bytes()), state, "{request:?}");
        }
        assert_eq!(read_request(b"GET /\xff HTTP/1.1\r\n\r\n"), refused(HttpStatus::BadRequest));
    }

    #[test]
    fn a_request_that_does_not_end_is_refused_at_its_limit() {
        let long = |bytes: usize| format!("GET / HTTP/1.1\r\n{}", "a".repeat(bytes)).into_bytes();
        let mut request = long(MOST_REQUEST);
        assert_eq!(read_request(&request), RequestState::Refused(HttpStatus::RequestTooLarge));
        request.truncate(MOST_REQUEST - 1);
        assert_eq!(read_request(&request), RequestState::Incomplete);
    }

    #[test]
    fn an_answer_says_how_long_it_is_and_that_it_is_the_last() {
        let answer = String::from_utf8(page(RequestedPage::Metrics(TextFormat::Open), "a 1\n")).unwrap();
        assert_eq!(
            answer,
            "HTTP/1.1 200 OK\r\nContent-Type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\nContent-Length: 4\r\nConnection: close\r\n\r\na 1\n"
        );
        let refused = String::from_utf8(refusal(HttpStatus::MethodNotAllowed)).unwrap();
        assert!(refused.starts_with("HTTP/1.1 405 Method Not Allowed\r\nAllow: GET\r\n"), "{refused}");
        assert!(refused.ends_with("Content-Length: 0\r\nConnection: close\r\n\r\n"), "{refused}");
        let index = String::from_utf8(page(RequestedPage::Index, "")).unwrap();
        assert!(index.ends_with(INDEX), "{index}");
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let state = read_request(&bytes);
            prop_assert!(!matches!(state, RequestState::Whole(_)));
        }
    }
}
