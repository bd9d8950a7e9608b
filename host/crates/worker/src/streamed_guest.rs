//! A guest that is streamed, as a future: where it waits for its streams, the socket is waited for
//! outside it, so that clocks and deadlines go on and nothing else can be read meanwhile.
//!
//! It must never know what a frame is, or what is waited for beside the streams.

use super::streamed_io::{StreamedIo, WaitEnd};
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A guest and its streams.
pub(crate) struct StreamedGuest<F> {
    guest: Pin<Box<F>>,
    io: StreamedIo,
}

impl<F: Future> StreamedGuest<F> {
    /// The guest that has these streams.
    pub(crate) fn new(guest: F, io: StreamedIo) -> Self {
        Self { guest: Box::pin(guest), io }
    }
}

impl<F: Future> Future for StreamedGuest<F> {
    /// Its own output; `None` if the supervisor is gone.
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            self.io.enter();
            if let Poll::Ready(output) = self.guest.as_mut().poll(context) {
                return Poll::Ready(Some(output));
            }
            let waited = self.io.wait();
            if self.io.is_broken() {
                return Poll::Ready(None);
            }
            match waited {
                WaitEnd::Came => {}
                WaitEnd::NotWanted => return Poll::Pending,
                WaitEnd::Nothing => {
                    // Clocks and deadlines have their turn before the next wait.
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
            }
        }
    }
}
