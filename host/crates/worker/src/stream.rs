//! Where a guest's stdout and stderr go: into memory, bounded.

use super::deadline::Deadline;
use super::guest_error::{OutOfTime, OutputExceeded};
use super::log::AttemptLog;
use super::stdin::SharedInput;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamError, StreamResult};

/// Bytes a guest may write at once: what the host copies for one write.
const WRITE: usize = 64 << 10;

/// Takes what a guest writes.
pub(crate) trait GuestSink: Send + 'static {
    /// Takes all of `bytes`.
    ///
    /// # Errors
    /// If they are too many: the attempt ends.
    fn take(&mut self, bytes: &[u8]) -> Result<(), OutputExceeded>;
}

impl GuestSink for AttemptLog {
    fn take(&mut self, bytes: &[u8]) -> Result<(), OutputExceeded> {
        self.write(bytes);
        Ok(())
    }
}

/// The stdout of a command.
#[derive(Debug)]
pub(crate) struct CommandOutput {
    limit: u64,
    bytes: Vec<u8>,
}

impl CommandOutput {
    /// Nothing yet, with a limit in bytes.
    pub(crate) const fn new(limit: u64) -> Self {
        Self { limit, bytes: Vec::new() }
    }

    /// Returns what was written and removes it from here.
    pub(crate) fn finish(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }
}

impl GuestSink for CommandOutput {
    fn take(&mut self, bytes: &[u8]) -> Result<(), OutputExceeded> {
        let room = self.limit.saturating_sub(self.bytes.len() as u64);
        let fits = usize::try_from(room).unwrap_or(usize::MAX).min(bytes.len());
        self.bytes.extend_from_slice(bytes.get(..fits).unwrap_or_default());
        if fits < bytes.len() { Err(OutputExceeded) } else { Ok(()) }
    }
}

/// The streams of a command, seen from outside.
#[derive(Debug)]
pub(crate) struct CommandStreams {
    pub(crate) input: SharedInput,
    pub(crate) output: SharedSink<CommandOutput>,
}

/// A sink that the guest's streams and the attempt share.
///
/// It also keeps the time: a guest that does nothing but write burns little fuel, so it yields too
/// seldom to be stopped at its deadline.
#[derive(Debug)]
pub(crate) struct SharedSink<S>(Arc<TimedSink<S>>);

#[derive(Debug)]
struct TimedSink<S> {
    sink: Mutex<S>,
    deadline: Mutex<Deadline>,
}

impl<S> SharedSink<S> {
    /// Shares `sink`, for guests that have so much time from now on. Without end if the clock does
    /// not reach that far.
    pub(crate) fn new(sink: S, time: Duration) -> Self {
        let (sink, deadline) = (Mutex::new(sink), Mutex::new(Deadline::after(time)));
        Self(Arc::new(TimedSink { sink, deadline }))
    }

    /// Puts `sink` in the place of what is shared, for guests that have so much time from now on.
    pub(crate) fn renew(&self, sink: S, time: Duration) {
        *self.get() = sink;
        *self.0.deadline.lock().unwrap_or_else(PoisonError::into_inner) = Deadline::after(time);
    }

    fn check_time(&self) -> Result<(), OutOfTime> {
        let deadline = *self.0.deadline.lock().unwrap_or_else(PoisonError::into_inner);
        if deadline.has_passed() { Err(OutOfTime) } else { Ok(()) }
    }

    /// The sink.
    pub(crate) fn get(&self) -> MutexGuard<'_, S> {
        self.0.sink.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S> Clone for SharedSink<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S> IsTerminal for SharedSink<S> {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl<S: GuestSink> StdoutStream for SharedSink<S> {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

impl<S: GuestSink> OutputStream for SharedSink<S> {
    fn write(&mut self, bytes: bytes::Bytes) -> StreamResult<()> {
        self.check_time().map_err(|error| StreamError::Trap(error.into()))?;
        self.get().take(&bytes).map_err(|error| StreamError::Trap(error.into()))
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(WRITE)
    }
}

#[wasmtime_wasi::async_trait]
impl<S: GuestSink> Pollable for SharedSink<S> {
    async fn ready(&mut self) {}
}

impl<S: GuestSink> AsyncWrite for SharedSink<S> {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        let taken = self.check_time().map_err(std::io::Error::other);
        let taken = taken.and_then(|()| self.get().take(bytes).map_err(std::io::Error::other));
        Poll::Ready(taken.map(|()| bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_up_to_the_limit_is_kept_and_more_is_an_error() {
        let mut output = CommandOutput::new(4);
        assert!(output.take(b"abcd").is_ok());
        assert!(output.take(b"").is_ok());
        assert!(output.take(b"e").is_err());
        assert_eq!(output.finish(), b"abcd");
    }
}
