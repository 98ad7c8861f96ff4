//! A response while it is sent.

use std::task::Context;
use std::task::Poll;
use std::task::ready;

use crate::server::front::answering::Answer;
use crate::server::front::link::Link;
use crate::server::hosting::in_flight::Outbound;
use crate::server::response_head::Asked;
use crate::wire::cgi_head::Form;
use crate::wire::front::Codec;
use crate::wire::front::outgoing::Outgoing;

/// A body that is shorter than this is sent in one piece with its head.
const SMALL: usize = 16 << 10;

/// A response while it is sent.
pub(super) struct Sending<A> {
    outbound: Outbound<Link<A>>,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// There may be more of the body.
    Body,
    /// The body has ended.
    Whole,
    /// The body has failed.
    Failed,
    /// The end of the response is written, but may not be sent yet.
    Ended,
}

impl<A> Sending<A> {
    /// Writes the head, and a small body with it.
    pub(super) fn begin<C: Codec>(
        (response, in_flight): Answer<A>,
        asked: &Asked,
        link: &Link<A>,
        codec: &mut C,
        out: &mut Outgoing,
    ) -> Self {
        let form = if C::HAS_STATUS_LINE {
            Form::Http
        } else {
            Form::Status
        };
        let mut response = response.map(|body| Outbound::new(body, in_flight));
        let length = response.body().length();
        let small = response.body_mut().take_small(SMALL);
        let write = |bytes: &mut Vec<u8>| {
            let url = || asked.url(&link.server_info, &link.shared.script_name_fix);
            asked.head(form, &response, length, &url).write(bytes);
            bytes.extend_from_slice(small.as_deref().unwrap_or_default());
        };
        codec.encode_first(write, out);
        Self {
            outbound: response.into_body(),
            state: small.map_or(State::Body, |_| State::Whole),
        }
    }

    pub(super) fn state(&self) -> State {
        self.state
    }

    /// Writes the next piece of the body, or finds its end.
    pub(super) fn poll<C: Codec>(
        &mut self,
        codec: &mut C,
        out: &mut Outgoing,
        context: &mut Context<'_>,
    ) -> Poll<()> {
        match ready!(self.outbound.poll(context)) {
            Some(Ok(frame)) => {
                if let Ok(piece) = frame.into_data() {
                    codec.encode(piece, out);
                }
                if self.outbound.is_over() {
                    self.end();
                }
            }
            None => self.end(),
            Some(Err(_)) => self.state = State::Failed,
        }
        Poll::Ready(())
    }

    /// The end of the response is written.
    pub(super) fn set_ended(&mut self) {
        self.state = State::Ended;
    }

    /// The body has ended. It is dropped, because it may hold the body of the request.
    fn end(&mut self) {
        self.state = State::Whole;
        self.outbound.discard();
    }
}
