//! The stdin of a guest: bytes that are there already, and can be given anew where its instance
//! serves another attempt.

use bytes::Bytes;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, ReadBuf};
use wasmtime_wasi::cli::{IsTerminal, StdinStream};
use wasmtime_wasi::p2::{InputStream, Pollable, StreamError, StreamResult};

/// Bytes that the guest's streams and the attempt share.
#[derive(Debug, Clone, Default)]
pub(crate) struct SharedInput(Arc<Mutex<Bytes>>);

impl SharedInput {
    /// These bytes, and then the end.
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        Self(Arc::new(Mutex::new(bytes.into())))
    }

    /// Puts these in the place of what is left.
    pub(crate) fn renew(&self, bytes: Vec<u8>) {
        *self.get() = bytes.into();
    }

    /// Bytes that nobody has read.
    pub(crate) fn left(&self) -> usize {
        self.get().len()
    }

    fn take(&self, most: usize) -> Bytes {
        let mut bytes = self.get();
        let length = most.min(bytes.len());
        bytes.split_to(length)
    }

    fn get(&self) -> MutexGuard<'_, Bytes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl IsTerminal for SharedInput {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdinStream for SharedInput {
    fn async_stream(&self) -> Box<dyn AsyncRead + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn InputStream> {
        Box::new(self.clone())
    }
}

impl InputStream for SharedInput {
    fn read(&mut self, size: usize) -> StreamResult<Bytes> {
        if self.left() == 0 {
            return Err(StreamError::Closed);
        }
        Ok(self.take(size))
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for SharedInput {
    async fn ready(&mut self) {}
}

impl AsyncRead for SharedInput {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let bytes = self.take(buffer.remaining());
        buffer.put_slice(&bytes);
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_anew_is_read_by_the_streams_that_there_are() {
        let input = SharedInput::new(b"abcde".to_vec());
        let mut stream = input.p2_stream();
        assert_eq!(stream.read(2).unwrap(), "ab");
        assert_eq!(input.left(), 3);
        assert_eq!(stream.read(9).unwrap(), "cde");
        assert!(matches!(stream.read(9), Err(StreamError::Closed)));
        input.renew(b"x".to_vec());
        assert_eq!(stream.read(9).unwrap(), "x");
        assert!(matches!(stream.read(9), Err(StreamError::Closed)));
    }
}
