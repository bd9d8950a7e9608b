//! Parent of a task's trace, as its submitter names it: the header `traceparent` of the W3C
//! recommendation Trace Context.
//!
//! Nothing here may know who writes traces.

use std::str::FromStr;

/// Bytes of the text in the version that is known, and in all later ones up to there.
const LENGTH: usize = 55;
/// The bit of the flags which says that the caller records its trace.
const SAMPLED: u8 = 1;

/// A span of somebody else's, under which the spans of a task belong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceParent {
    /// Id of the trace; not zero.
    pub trace_id: [u8; 16],
    /// Id of the span; not zero.
    pub span_id: [u8; 8],
    /// Whether the caller records it.
    pub is_sampled: bool,
}

/// Error for a text that is no trace parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "no traceparent of W3C Trace Context, such as 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
)]
pub struct TraceParentError;

/// What a task's submitter said of its trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivenTrace {
    /// It belongs under this span.
    Parent(TraceParent),
    /// Something that is no trace parent: by the recommendation it is ignored.
    Malformed,
}

impl GivenTrace {
    /// What `text` says.
    #[must_use]
    pub fn read(text: &str) -> Self {
        text.parse().map_or(Self::Malformed, Self::Parent)
    }

    /// The parent, if one was named.
    #[must_use]
    pub const fn parent(self) -> Option<TraceParent> {
        match self {
            Self::Parent(parent) => Some(parent),
            Self::Malformed => None,
        }
    }
}

impl FromStr for TraceParent {
    type Err = TraceParentError;

    fn from_str(text: &str) -> Result<Self, TraceParentError> {
        let (known, more) = text.as_bytes().split_at_checked(LENGTH).ok_or(TraceParentError)?;
        let mut parts = known.split(|byte| *byte == b'-');
        let [version] = hex(parts.next())?;
        let (trace_id, span_id) = (hex(parts.next())?, hex(parts.next())?);
        let [flags] = hex(parts.next())?;
        // A later version may have more behind a dash; this one has no more.
        let is_known = match version {
            0 => more.is_empty(),
            u8::MAX => false,
            _ => more.is_empty() || more.starts_with(b"-"),
        };
        if !is_known || parts.next().is_some() || trace_id == [0; 16] || span_id == [0; 8] {
            return Err(TraceParentError);
        }
        Ok(Self { trace_id, span_id, is_sampled: flags & SAMPLED != 0 })
    }
}

/// The bytes of a part in lower-case hex.
fn hex<const BYTES: usize>(part: Option<&[u8]>) -> Result<[u8; BYTES], TraceParentError> {
    let part = part.filter(|part| part.len() == 2 * BYTES).ok_or(TraceParentError)?;
    let mut bytes = [0; BYTES];
    for (byte, digits) in bytes.iter_mut().zip(part.chunks_exact(2)) {
        for digit in digits {
            *byte = (*byte << 4) | digit_value(*digit).ok_or(TraceParentError)?;
        }
    }
    Ok(bytes)
}

const fn digit_value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const EXAMPLE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn the_example_of_the_recommendation_is_read() {
        let parent: TraceParent = EXAMPLE.parse().unwrap();
        assert_eq!(u128::from_be_bytes(parent.trace_id), 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c);
        assert_eq!(u64::from_be_bytes(parent.span_id), 0xb7ad_6b71_6920_3331);
        assert!(parent.is_sampled);
        assert!(!EXAMPLE.replace("-01", "-00").parse::<TraceParent>().unwrap().is_sampled);
        // Flags that nobody knows change nothing.
        assert!(EXAMPLE.replace("-01", "-ff").parse::<TraceParent>().unwrap().is_sampled);
    }

    #[test]
    fn later_versions_may_have_more() {
        let later = EXAMPLE.replacen("00", "cc", 1);
        let parent: TraceParent = EXAMPLE.parse().unwrap();
        for text in [later.clone(), format!("{later}-"), format!("{later}-what-the-future-will-be-like")] {
            assert_eq!(text.parse(), Ok(parent), "{text}");
        }
        for text in [format!("{later}."), format!("{later}what"), EXAMPLE.replacen("00", "ff", 1)] {
            assert_eq!(text.parse::<TraceParent>(), Err(TraceParentError), "{text}");
        }
    }

    #[test]
    fn anything_else_is_malformed() {
        let zero_trace = format!("00-{}-b7ad6b7169203331-01", "0".repeat(32));
        let zero_span = format!("00-0af7651916cd43dd8448eb211c80319c-{}-01", "0".repeat(16));
        let texts = [
            "",
            "-",
            &zero_trace,
            &zero_span,
            &EXAMPLE.to_uppercase(),
            &format!("{EXAMPLE}-"),
            &format!(" {EXAMPLE}"),
            &EXAMPLE[..54],
            &EXAMPLE.replace('-', "_"),
            &EXAMPLE.replace("-01", "-0g"),
            // A dash where there is to be none.
            "00-0af7651916cd43dd8448eb211c80319-cb7ad6b7169203331-01",
            "0-00af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333101-",
            &"ä".repeat(40),
        ];
        for text in texts {
            assert_eq!(GivenTrace::read(text), GivenTrace::Malformed, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_harm(text in "(00-)?[0-9a-f-]{0,60}|\\PC{0,80}") {
            let _ = GivenTrace::read(&text);
        }

        #[test]
        fn what_is_written_as_it_should_be_is_read(trace in 1_u128.., span in 1_u64.., flags: u8) {
            let parent: TraceParent = format!("00-{trace:032x}-{span:016x}-{flags:02x}").parse().unwrap();
            let expected = (trace.to_be_bytes(), span.to_be_bytes(), flags & 1 == 1);
            prop_assert_eq!((parent.trace_id, parent.span_id, parent.is_sampled), expected);
        }
    }
}
