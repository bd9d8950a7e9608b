//! Errors of reading an object, in the user's words: what is wrong, and what may help.
//!
//! Texts of servers are cut short and never the reason by themselves. It must never carry a URL's
//! query or a credential: whoever makes one hands it a URL as it may be shown.

use polymer_host_base::Digest;

/// An object that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot read {url}: {fault}")]
pub struct StoreError {
    /// URL of the object, without secrets.
    pub url: String,
    /// The reason.
    pub fault: StoreFault,
}

/// Why an object cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreFault {
    /// Nothing stands there.
    #[error("there is no such object")]
    Missing,
    /// The server does not let it be read.
    #[error("the server refuses it: {0}")]
    Denied(String),
    /// It is another object than it was when its first part was read.
    #[error("the object changed while it was read, after {after} bytes")]
    Changed {
        /// Bytes that had been read of it.
        after: u64,
    },
    /// It holds more than it may.
    #[error("it has {length} bytes, at most {limit} are allowed")]
    TooLarge {
        /// Bytes it has, at the least.
        length: u64,
        /// Bytes it may have.
        limit: u64,
    },
    /// It has another digest than its URL says.
    #[error("its SHA-256 is {is}, and not what its URL says")]
    WrongDigest {
        /// The digest of what was read.
        is: Digest,
    },
    /// Attempts in a row brought nothing.
    #[error("no answer in {attempts} attempts, after {after} bytes: {cause}")]
    Unreachable {
        /// Attempts that failed in a row.
        attempts: u32,
        /// Bytes that had been read before.
        after: u64,
        /// What the last of them ended with.
        cause: String,
    },
    /// Its server gives all of it or nothing, so what breaks off cannot be resumed.
    #[error("its server does not answer requests for a part of a file")]
    NoRanges,
    /// The server, or what the environment says of it, is at fault.
    #[error("{0}")]
    Refused(String),
    /// This program has no client.
    #[error("this polymer was built without object stores")]
    NotBuilt,
}

impl StoreFault {
    /// Returns what may help.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Missing => "check the bucket and the key, and the region (AWS_REGION)",
            Self::Denied(_) => {
                "credentials come from variables: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, GOOGLE_APPLICATION_CREDENTIALS, AZURE_STORAGE_ACCOUNT_KEY; a signed URL may have expired"
            }
            Self::Changed { .. } => "the run can be resumed over the object as it is now",
            Self::WrongDigest { .. } => {
                "another file stands there now, or the digest is another file's; `sha256sum` prints it"
            }
            Self::Unreachable { .. } => {
                "check the address and the network; AWS_ENDPOINT_URL names another server of S3, and AWS_ALLOW_HTTP=true allows one without TLS"
            }
            Self::NoRanges => "let another program fetch it: `curl URL | polymer run ...`",
            Self::NotBuilt => {
                "build with `--features object-store`, or let another program fetch it: `aws s3 cp URL - | polymer run ...`"
            }
            Self::TooLarge { .. } => "raise the limit with --module-limit",
            Self::Refused(_) => "check the URL, and the variables of its service, such as AWS_REGION",
        }
    }
}
