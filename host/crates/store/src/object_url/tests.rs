//! Texts that are URLs of objects, that are none, and what is shown of them.

use super::*;
use proptest::prelude::*;

fn url(text: &str) -> ObjectUrl {
    ObjectUrl::parse(text).unwrap().unwrap()
}

fn refused(text: &str) -> ObjectUrlError {
    ObjectUrl::parse(text).unwrap().unwrap_err()
}

const DIGITS: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

#[test]
fn each_service_has_its_scheme_and_all_else_is_a_path() {
    for (text, service, place, key) in [
        ("s3://bucket/a/b.jsonl", StoreService::S3, "bucket", "a/b.jsonl"),
        ("gs://bucket/b", StoreService::Gcs, "bucket", "b"),
        ("az://container/a b?c#d", StoreService::Azure, "container", "a b?c#d"),
        ("https://host:8443/a/b", StoreService::Https, "host:8443", "a/b"),
        ("http://host", StoreService::Http, "host", ""),
    ] {
        let url = url(text);
        assert_eq!((url.service(), url.place(), url.key()), (service, place, key), "{text}");
        assert!(ObjectUrl::is_url(Path::new(text)));
    }
    for path in ["a.jsonl", "s3:/x", "./s3://b/k", "/s3://b/k", "ftp://host/x", "s3", "-", ""] {
        assert!(ObjectUrl::parse(path).is_none() && !ObjectUrl::is_url(Path::new(path)), "{path}");
        assert_eq!(ObjectUrl::without_secrets(path), path);
    }
}

#[test]
fn a_key_is_taken_as_it_is() {
    for text in ["s3://b/50%25.jsonl", "s3://b/a?x=1", "s3://b/ä#2"] {
        assert_eq!(url(text).to_string(), text);
        assert_eq!(url(text).secret_query(), None);
    }
}

#[test]
fn a_query_is_asked_for_and_never_shown() {
    let text = "https://h/a.jsonl?X-Amz-Signature=secret&x";
    let signed = url(text);
    assert_eq!(signed.secret_text(), text);
    assert_eq!(signed.secret_query(), Some("X-Amz-Signature=secret&x"));
    assert_eq!((signed.to_string(), signed.file_name()), ("https://h/a.jsonl?...".to_owned(), "a.jsonl"));
    assert_eq!(format!("{signed:?}"), "ObjectUrl(https://h/a.jsonl?...)");
    assert_eq!(ObjectUrl::without_secrets(text), "https://h/a.jsonl?...");
    // What was stored so is no URL any more.
    let error = refused(&signed.to_string());
    assert_eq!(error, ObjectUrlError::QueryNotKept("https://h/a.jsonl?...".to_owned()));
    assert_eq!(ObjectUrl::without_secrets("https://h/a.jsonl?..."), "https://h/a.jsonl?...");
}

#[test]
fn a_digest_stands_behind_the_url() {
    for start in ["https://h/x.wasm", "https://h/x.wasm?v=1", "s3://b/x.wasm", "s3://b/a#b"] {
        let named = url(&format!("{start}#sha256={DIGITS}"));
        assert_eq!(named.digest().unwrap().to_string(), DIGITS);
        assert!(
            named.to_string().ends_with(DIGITS) && !named.secret_text().contains('#') || start.contains('#')
        );
    }
    assert_eq!(url("s3://b/a#b").digest(), None);
    for text in ["https://h/x#top", "https://h/x#sha256=12", "s3://b/x#sha256=", "http://h#"] {
        assert!(matches!(refused(text), ObjectUrlError::Fragment(_)), "{text}");
    }
}

#[test]
fn what_names_no_object_is_refused() {
    for text in ["s3://", "s3:///k", "https://", "http:///x"] {
        assert!(matches!(refused(text), ObjectUrlError::NoPlace(_)), "{text}");
    }
    for text in ["s3://b", "s3://b/", "gs://b/folder/"] {
        assert!(matches!(refused(text), ObjectUrlError::NoKey(_)), "{text}");
    }
    assert!(matches!(refused("s3://b/a\nb"), ObjectUrlError::Control(_)));
}

#[test]
fn credentials_are_refused_and_not_shown() {
    for text in ["https://user:pass@h/x?sig=pass", "s3://KEY:pass@bucket/k", "http://pass@h"] {
        let error = refused(text);
        assert!(matches!(error, ObjectUrlError::Credentials(_)), "{text}");
        assert!(!error.to_string().contains("pass@") && !error.to_string().contains("sig"), "{error}");
        assert!(!ObjectUrl::without_secrets(text).contains("pass@"), "{text}");
    }
    // Behind the server it is a character as any other.
    assert_eq!(url("https://h/@scope/x").key(), "@scope/x");
}

proptest! {
    #[test]
    fn what_is_shown_has_no_query_and_is_read_as_the_same(text in "(s3|gs|az|https|http)://\\PC{0,40}") {
        let shown = ObjectUrl::without_secrets(&text);
        if let Some(Ok(url)) = ObjectUrl::parse(&text) {
            prop_assert_eq!(&shown, &url.to_string());
            match url.secret_query() {
                Some(_) => prop_assert!(matches!(
                    ObjectUrl::parse(&shown),
                    Some(Err(ObjectUrlError::QueryNotKept(_)))
                )),
                None => prop_assert_eq!(ObjectUrl::parse(&shown), Some(Ok(url))),
            }
        }
        prop_assert_eq!(ObjectUrl::without_secrets(&shown), shown.clone());
    }

    #[test]
    fn a_secret_in_a_query_is_never_shown(start in "https?://[a-z@:./#]{0,12}", end in "[a-z#?/@]{0,12}") {
        let text = format!("{start}?k=S3CRET{end}");
        prop_assert!(!ObjectUrl::without_secrets(&text).contains("S3CRET"));
        if let Some(Err(error)) = ObjectUrl::parse(&text) {
            prop_assert!(!error.to_string().contains("S3CRET"));
        }
    }
}
