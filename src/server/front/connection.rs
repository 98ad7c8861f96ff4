//! A connection from a web server in front: one request after the other.

use std::io;
use std::io::IoSlice;
use std::pin::Pin;
use std::pin::pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;
use std::task::ready;

use bytes::BytesMut;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWrite;

use crate::base::error::Error;
use crate::gateway::Application;
use crate::gateway::Body;
use crate::gateway::Signal;
use crate::gateway::Variables;
use crate::server::front::answering::Answering;
use crate::server::front::exchange::Arrival;
use crate::server::front::exchange::Exchange;
use crate::server::front::exchange::Step;
use crate::server::front::input::Input;
use crate::server::front::link::Link;
use crate::server::front::sending::Sending;
use crate::server::front::sending::State;
use crate::server::front::slot::Slot;
use crate::server::hosting::carrier::Carrier;
use crate::server::hosting::open::Stage;
use crate::server::hosting::transport::Transport;
use crate::server::hosting::watch::Verdict;
use crate::wire::front::Codec;
use crate::wire::front::DecodeError;
use crate::wire::front::Event;
use crate::wire::front::outgoing::Outgoing;

/// The bytes that are read at a time, before and while a body arrives.
const HEAD: usize = 8 << 10;
const PIECE: usize = 64 << 10;

/// A read has room for at least this many bytes.
const LEAST: usize = 1 << 10;

/// While more bytes wait to be sent, no more of the response is made.
const ENOUGH: usize = 8 << 10;

/// While more bytes wait to be sent, nothing is read: answers to questions could grow without end.
const FULL: usize = 64 << 10;

/// The number of pieces that are written at a time.
const SLICES: usize = 16;

pub(super) struct Connection<A: Application, C> {
    link: Arc<Link<A>>,
    transport: Transport<Carrier>,
    codec: C,
    arrived: BytesMut,
    out: Outgoing,
    exchange: Option<Exchange<A>>,
    /// Tells handlers that the front does not want their responses any more.
    left: Signal,
    /// Nothing more arrives.
    ended: bool,
    /// No further request is served.
    last: bool,
}

/// How a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Closed,
    Cut,
}

impl<A: Application, C: Codec> Connection<A, C> {
    pub(super) fn new(link: Arc<Link<A>>, transport: Transport<Carrier>, codec: C) -> Self {
        Self {
            link,
            transport,
            codec,
            arrived: BytesMut::new(),
            out: Outgoing::default(),
            exchange: None,
            left: Signal::new(),
            ended: false,
            last: false,
        }
    }

    /// Serves requests until the connection ends.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<End> {
        match self.poll_end(context) {
            Ok(true) => Poll::Ready(End::Closed),
            Ok(false) => Poll::Pending,
            Err(_) => Poll::Ready(End::Cut),
        }
    }

    /// Returns whether the connection is to be closed.
    fn poll_end(&mut self, context: &mut Context<'_>) -> io::Result<bool> {
        let watch = Arc::clone(self.link.watch());
        match watch.verdict() {
            Verdict::Write | Verdict::Linger | Verdict::Left | Verdict::Shed => return cut(),
            Verdict::Head | Verdict::Idle if watch.is_busy() => watch.set_verdict(Verdict::None),
            Verdict::None | Verdict::Head | Verdict::Idle => {}
        }
        if self.link.ticket.is_over() {
            return cut();
        }
        loop {
            let read = self.poll_read(context)?.is_ready();
            // What is ready of a response, and its end, leave by one write.
            let mut answered = false;
            while self.poll_exchange(context)?.is_ready() {
                answered = true;
            }
            let written = self.poll_write(context)?.is_ready();
            self.end_exchange();
            if self.is_over() {
                return Ok(true);
            }
            if !(read || answered || written) {
                break;
            }
        }
        // TLS may still hold the end of a response that is over.
        let _ = Pin::new(&mut self.transport).poll_flush(context)?;
        let is_idle = self.exchange.is_none() && self.out.is_empty();
        let ends = self.link.ticket.stage() >= Stage::Ending || watch.verdict() != Verdict::None;
        Ok(is_idle && ends)
    }

    /// Returns whether everything is sent, and no request can follow.
    fn is_over(&self) -> bool {
        self.exchange.is_none() && self.out.is_empty() && (self.last || self.ended)
    }

    /// Takes in what is wanted, and reads it. Ready if something has happened.
    fn poll_read(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.takes_in(context) {
            match self.codec.decode(&mut self.arrived) {
                Ok(Some(event)) => return Poll::Ready(self.handle(event)),
                Ok(None) => {}
                Err(error) => return Poll::Ready(self.refuse(error)),
            }
            if self.arrived.is_empty() && self.codec.is_between() {
                // Answers to questions and what was skipped are not the beginning of a request.
                self.link.watch().mark_whole(Some(b""));
            }
            if self.ended {
                break;
            }
            self.make_room();
            let read = pin!(self.transport.read_buf(&mut self.arrived)).poll(context);
            if ready!(read)? == 0 {
                self.end_input();
                return Poll::Ready(Ok(()));
            }
        }
        Poll::Pending
    }

    /// Pieces of a body share a buffer, so that many small ones do not hold many large buffers.
    fn make_room(&mut self) {
        if self.arrived.capacity() - self.arrived.len() < LEAST {
            let exchange = self.exchange.as_ref();
            let reads_body = exchange.is_some_and(|own| !own.is_input_whole());
            self.arrived.reserve(if reads_body { PIECE } else { HEAD });
        }
    }

    /// Returns whether there is room for what arrives.
    fn takes_in(&self, context: &Context<'_>) -> bool {
        if self.out.len() > FULL {
            return false;
        }
        match &self.exchange {
            None => !self.last,
            Some(exchange) => exchange.takes_in(context),
        }
    }

    /// The front has closed its sending side.
    fn end_input(&mut self) {
        self.ended = true;
        self.link.watch().set_half_closed();
        if let Some(exchange) = &mut self.exchange {
            exchange.cut_input();
        }
    }

    fn handle(&mut self, event: Event) -> io::Result<()> {
        match event {
            Event::Request(variables) => return self.begin(variables),
            Event::Body(piece) => {
                if let Some(exchange) = &mut self.exchange {
                    exchange.give(piece);
                }
            }
            Event::End => {
                self.link.watch().mark_whole(Some(b""));
                if let Some(exchange) = &mut self.exchange {
                    exchange.end_input();
                }
            }
            Event::Aborted => {
                // The handler goes on, and learns that the client has left.
                self.exchange = None;
                self.codec.end(false, &mut self.out);
                self.last |= !self.codec.keeps();
            }
            Event::Asked(answer) => self.out.put(answer),
            Event::Refused(answer) => {
                self.out.put(answer);
                self.last |= self.exchange.is_none() && !self.codec.keeps();
            }
        }
        Ok(())
    }

    fn begin(&mut self, variables: Variables) -> io::Result<()> {
        if self.left.is_set() {
            self.left = Signal::new();
        }
        // Most requests have no body, and their end has arrived too.
        let next = self.codec.decode(&mut self.arrived);
        let link = &self.link;
        if let Ok(Some(Event::End)) = next {
            link.watch().mark_whole(Some(b""));
            let answering = Answering::new(link, variables, Body::empty(), &self.left);
            self.exchange = Some(Exchange::new(answering, Arrival::Whole, &self.left));
            return Ok(());
        }
        let slot = Arc::<Slot>::default();
        let body = Body::new(Input::new(Arc::clone(&slot), Arc::clone(link)));
        let answering = Answering::new(link, variables, body, &self.left);
        let dropped = link.shared.limits.linger_bytes();
        let arrival = Arrival::Coming { slot, dropped };
        self.exchange = Some(Exchange::new(answering, arrival, &self.left));
        match next {
            Ok(Some(event)) => self.handle(event),
            Ok(None) => Ok(()),
            Err(error) => self.refuse(error),
        }
    }

    /// Ends the connection after input that cannot be read, with an answer if one is possible.
    fn refuse(&mut self, error: DecodeError) -> io::Result<()> {
        self.last = true;
        if self.exchange.is_some() || !self.codec.can_answer() {
            if let DecodeError::Malformed(why) = error {
                let (errors, local) = (
                    self.link.server_info.errors(),
                    self.link.server_info.local(),
                );
                let at = local.map(ToString::to_string).unwrap_or_default();
                errors.line(&format!("a connection to {at} was cut: {why}"));
            }
            return cut();
        }
        let error = match error {
            DecodeError::Malformed(why) => Error::bad_request().with_message(why),
            DecodeError::TooLarge => {
                let most = self.link.server_info.limits().variables_bytes();
                Error::header_fields_too_large().with_message(format!(
                    "the variables of the request are longer than {most} bytes (limit `variables_bytes`)"
                ))
            }
        };
        let answering = Answering::refused(&self.link, &error);
        self.exchange = Some(Exchange::new(answering, Arrival::Unreadable, &self.left));
        Ok(())
    }

    /// Makes the next part of the response. Ready if something has happened.
    fn poll_exchange(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(exchange) = &mut self.exchange else {
            return Poll::Pending;
        };
        let is_stuck = self.link.watch().is_stuck() && !self.out.is_empty();
        match &mut exchange.step {
            Step::Answering(answering) => {
                let answer = ready!(answering.poll(context));
                let asked = &answering.asked;
                let (codec, out) = (&mut self.codec, &mut self.out);
                let sending = Sending::begin(answer, asked, &self.link, codec, out);
                exchange.step = Step::Sending(sending);
            }
            Step::Sending(sending) => match sending.state() {
                State::Body if is_stuck || self.out.len() > ENOUGH => return Poll::Pending,
                State::Body => ready!(sending.poll(&mut self.codec, &mut self.out, context)),
                State::Failed if self.out.is_empty() => {
                    // Apache takes a reset that comes together with the last bytes for the end of the response.
                    ready!(exchange.poll_moment(context));
                    return Poll::Ready(cut());
                }
                State::Failed | State::Ended => return Poll::Pending,
                State::Whole => {
                    ready!(exchange.poll_drained(context));
                    self.codec.end(true, &mut self.out);
                    // Decided before the front knows that the response has ended: it may send the next request at once.
                    let keeps = self.codec.keeps() && exchange.is_input_whole();
                    self.last |= !keeps || self.link.ticket.is_closing();
                    if self.last {
                        self.transport.end_together();
                    }
                    exchange.set_ended();
                }
            },
        }
        Poll::Ready(Ok(()))
    }

    /// The end of the response is sent.
    fn end_exchange(&mut self) {
        let exchange = self.exchange.as_ref();
        if self.out.is_empty() && exchange.is_some_and(Exchange::has_ended) {
            self.exchange = None;
        }
    }

    /// Writes as much as the socket takes. Ready if it has taken something.
    fn poll_write(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut taken = Poll::Pending;
        while !self.out.is_empty() {
            let mut slices = [IoSlice::new(&[]); SLICES];
            let count = self.out.slices(&mut slices);
            let transport = Pin::new(&mut self.transport);
            let written = match &slices[..count] {
                [one] => transport.poll_write(context, one),
                several => transport.poll_write_vectored(context, several),
            };
            match written {
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(Ok(count)) => self.out.advance(count),
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => return taken,
            }
            taken = Poll::Ready(Ok(()));
        }
        taken
    }

    /// Ends the request in hand, if there is one.
    pub(super) fn finish(&mut self, end: End) {
        // A part of a response must not look like all of it. In SCGI and uwsgi the end of the connection is that of the
        // response, and so it is in FastCGI for nginx with `fastcgi_buffering off`.
        let is_cut = end == End::Cut && self.exchange.is_some();
        if is_cut || self.link.watch().verdict() == Verdict::Write {
            self.transport.reset_at_end();
        }
        self.exchange = None;
    }

    /// Closes the connection. The rest of what the front sends is read and dropped.
    pub(super) fn poll_close(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let closed = Pin::new(&mut self.transport).poll_shutdown(context);
        if closed.is_ready() || self.link.ticket.is_over() {
            return Poll::Ready(());
        }
        // TLS holds the end of a response that the front does not take.
        if self.link.watch().verdict() == Verdict::Write {
            self.transport.reset_at_end();
            return Poll::Ready(());
        }
        Poll::Pending
    }
}

fn cut<T>() -> io::Result<T> {
    Err(io::ErrorKind::ConnectionAborted.into())
}
