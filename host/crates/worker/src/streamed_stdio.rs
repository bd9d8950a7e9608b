//! Stdin, stdout and stderr of a streamed attempt, as WASI has them. What is not there, and what
//! there is no credit for, is waited for outside the guest.
//!
//! It must never know where the bytes come from or go.

use super::guest_error::StreamsGone;
use super::log::AttemptLog;
use super::stream::{GuestSink, SharedSink};
use super::streamed_io::StreamedIo;
use bytes::Bytes;
use polymer_host_protocol::claim::OutputChannel;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use wasmtime_wasi::cli::{IsTerminal, StdinStream, StdoutStream};
use wasmtime_wasi::p2::{InputStream, OutputStream, Pollable, StreamError, StreamResult};

/// The three of them.
#[derive(Debug)]
pub(crate) struct StreamedStdio {
    pub(crate) stdin: StreamedStdin,
    pub(crate) stdout: StreamedOutput,
    pub(crate) stderr: StreamedOutput,
}

impl StreamedStdio {
    /// Those of an attempt whose stderr is its log as well.
    pub(crate) fn new(io: &StreamedIo, log: &SharedSink<AttemptLog>) -> Self {
        let output = |channel, log| StreamedOutput { io: io.clone(), channel, log };
        Self {
            stdin: StreamedStdin { io: io.clone() },
            stdout: output(OutputChannel::Stdout, None),
            stderr: output(OutputChannel::Stderr, Some(log.clone())),
        }
    }
}

/// Stdin.
#[derive(Debug, Clone)]
pub(crate) struct StreamedStdin {
    io: StreamedIo,
}

impl StreamedStdin {
    /// Waits until a read gives something; `is_alone` if nothing else is waited for.
    async fn readable(&self, is_alone: bool) {
        let wait = self.io.begin_wait();
        poll_fn(|context| {
            if self.io.is_readable() {
                return Poll::Ready(());
            }
            wait.goes_on(context, is_alone);
            Poll::Pending
        })
        .await;
    }
}

impl IsTerminal for StreamedStdin {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdinStream for StreamedStdin {
    fn async_stream(&self) -> Box<dyn AsyncRead + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn InputStream> {
        Box::new(self.clone())
    }
}

#[wasmtime_wasi::async_trait]
impl InputStream for StreamedStdin {
    fn read(&mut self, size: usize) -> StreamResult<Bytes> {
        if self.io.is_broken() {
            return Err(StreamError::Trap(StreamsGone.into()));
        }
        self.io.read(size).ok_or(StreamError::Closed)
    }

    async fn blocking_read(&mut self, size: usize) -> StreamResult<Bytes> {
        self.readable(true).await;
        self.read(size)
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for StreamedStdin {
    async fn ready(&mut self) {
        self.readable(false).await;
    }
}

impl AsyncRead for StreamedStdin {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        if self.io.is_broken() {
            return Poll::Ready(Err(std::io::Error::other(StreamsGone)));
        }
        match self.io.read(buffer.remaining()) {
            Some(bytes) if bytes.is_empty() && buffer.remaining() > 0 => {
                self.io.wait_for(context);
                Poll::Pending
            }
            Some(bytes) => {
                buffer.put_slice(&bytes);
                Poll::Ready(Ok(()))
            }
            None => Poll::Ready(Ok(())),
        }
    }
}

/// Stdout or stderr.
#[derive(Debug, Clone)]
pub(crate) struct StreamedOutput {
    io: StreamedIo,
    channel: OutputChannel,
    /// Takes the same.
    log: Option<SharedSink<AttemptLog>>,
}

impl StreamedOutput {
    /// Returns how many bytes may be written now.
    ///
    /// # Errors
    /// If the attempt is over.
    fn room(&self) -> wasmtime::Result<usize> {
        if self.io.is_broken() {
            return Err(StreamsGone.into());
        }
        // A guest that does nothing but write burns little fuel, so it yields too seldom to be
        // stopped at its deadline.
        self.io.check_time()?;
        Ok(self.io.room())
    }

    fn take(&self, bytes: &[u8]) -> wasmtime::Result<()> {
        if let Some(log) = &self.log {
            log.get().take(bytes)?;
        }
        Ok(self.io.write(self.channel, bytes)?)
    }
}

impl IsTerminal for StreamedOutput {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for StreamedOutput {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

impl OutputStream for StreamedOutput {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        if bytes.len() > self.room().map_err(StreamError::Trap)? {
            return Err(StreamError::trap("wrote more than `check-write` allowed"));
        }
        self.take(&bytes).map_err(StreamError::Trap)
    }

    /// A program that writes a line flushes it, and one that copies a file flushes each piece. So
    /// that says nothing; what is gathered goes soon, or as soon as the guest waits.
    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        self.room().map_err(StreamError::Trap)
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for StreamedOutput {
    async fn ready(&mut self) {
        let wait = self.io.begin_wait();
        poll_fn(|context| {
            if self.room().is_ok_and(|room| room == 0) {
                wait.goes_on(context, false);
                return Poll::Pending;
            }
            Poll::Ready(())
        })
        .await;
    }
}

impl AsyncWrite for StreamedOutput {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        let fits = self.room().map_err(std::io::Error::other)?.min(bytes.len());
        if fits == 0 && !bytes.is_empty() {
            self.io.wait_for(context);
            return Poll::Pending;
        }
        let bytes = bytes.get(..fits).unwrap_or_default();
        Poll::Ready(self.take(bytes).map_err(std::io::Error::other).map(|()| fits))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
