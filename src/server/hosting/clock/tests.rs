//! When a connection is closed, and which one goes first.

use super::*;

const WAITS: Waits = Waits {
    linger: Duration::from_secs(5),
    half_closed: Duration::from_secs(5),
};

#[test]
fn a_reader_keeps_its_connection_by_what_it_takes() {
    #[rustfmt::skip]
    let cases: [(u64, u64, Option<u64>, &str); 7] = [
        // (bytes, every so many seconds, seconds after which it is cut, why)
        (0,      1,  Some(60), "it takes nothing"),
        (10_240, 1,  None,     "10 KiB a second"),
        (240,    1,  None,     "just enough"),
        (200,    1,  Some(400), "less than the rate, and not much less"),
        (1,      25, Some(61), "a byte now and then"),
        (65_536, 29, None,     "a lump now and then"),
        (400_000, 58, None,    "a large buffer that is emptied at 7 KB a second"),
    ];
    for (bytes, every, want, why) in cases {
        let (watch, limits) = (Watch::default(), ServerLimits::default());
        let mut clock = Clock::start(Duration::ZERO, &limits, 240);
        watch.begin();
        watch.add_sent(None);
        let cut = (1..600_u64).find(|second| {
            if second % every == 0 && bytes > 0 {
                watch.add_sent(Some(usize::try_from(bytes).unwrap_or_default()));
                watch.add_sent(None);
            }
            let now = Duration::from_secs(*second);
            clock.judge(&watch, now, &limits, WAITS) == Verdict::Write
        });
        match want {
            Some(most) => assert!(cut.is_some_and(|cut| cut <= most), "{why}: {cut:?}"),
            None => assert_eq!(cut, None, "{why}"),
        }
    }
}

#[test]
fn a_body_that_comes_does_not_make_room_for_others() {
    type Between = fn(&Watch);
    let limits = ServerLimits::default();
    #[rustfmt::skip]
    let cases: [(bool, Between, Option<Rank>, &str); 4] = [
        (true,  |_| {},                        Some(Rank::Slow), "nothing has come since the last look"),
        (true,  |watch| watch.add_received(&[0; 50]), Some(Rank::Slow), "less than the rate"),
        (true,  |watch| watch.add_received(&[0; 9_000]), None,    "it has come since the last look"),
        (false, |watch| watch.begin_wait(),    None,             "it is waited for since a moment ago"),
    ];
    for (waits, between, want, why) in cases {
        let watch = Watch::default();
        let mut clock = Clock::start(Duration::ZERO, &limits, 240);
        watch.begin();
        if waits {
            watch.begin_wait();
        }
        clock.judge(&watch, Duration::ZERO, &limits, WAITS);
        between(&watch);
        let now = Duration::from_millis(900);
        let rank = clock.rank(&watch, now).map(|(rank, _)| rank);
        assert_eq!(rank, want, "{why}");
    }
}

#[test]
fn an_http2_connection_lingers_since_its_last_answer_was_taken() {
    let (watch, limits) = (Watch::default(), ServerLimits::default());
    let mut clock = Clock::start(Duration::ZERO, &limits, 240);
    let mut at = |second| clock.judge(&watch, Duration::from_secs(second), &limits, WAITS);
    watch.set_multiplexed();
    watch.set_lingering();
    assert_eq!(at(0), Verdict::None);
    watch.begin();
    assert_eq!(at(1), Verdict::None, "a request has crossed the farewell");
    watch.end();
    watch.add_sent(None);
    assert_eq!(
        at(9),
        Verdict::None,
        "the end of the answer is not sent yet"
    );
    watch.add_sent(Some(100));
    assert_eq!(at(10), Verdict::None, "now it is");
    assert_eq!(at(14), Verdict::None, "it still may ask for nothing more");
    assert_eq!(at(15), Verdict::Linger);
}

#[test]
fn a_client_that_has_closed_its_side_and_reads_does_not_make_room_for_others() {
    type Step = fn(&Watch);
    #[rustfmt::skip]
    let cases: [(Step, u64, Option<Rank>, &str); 5] = [
        (|_| {},                              400, None,             "it may just have taken something"),
        (|_| {},                              600, Some(Rank::Over), "nothing is sent to it"),
        (|watch| watch.add_sent(Some(9_000)), 900, None,             "it has taken something since the last look"),
        (|watch| watch.add_sent(None),        900, None,             "the next look finds out whether it takes anything"),
        (|watch| { watch.add_sent(None); watch.add_sent(Some(1)); }, 900, None, "it takes something now and then"),
    ];
    for (step, milliseconds, want, why) in cases {
        let (watch, limits) = (Watch::default(), ServerLimits::default());
        let mut clock = Clock::start(Duration::ZERO, &limits, 240);
        watch.begin();
        watch.set_half_closed();
        clock.judge(&watch, Duration::ZERO, &limits, WAITS);
        step(&watch);
        let rank = clock.rank(&watch, Duration::from_millis(milliseconds));
        assert_eq!(rank.map(|(rank, _)| rank), want, "{why}");
    }
}

#[test]
fn limits_of_nothing_do_not_make_the_server_look_all_the_time() {
    let limits = ServerLimits::default;
    let (zero, second) = (Duration::ZERO, Duration::from_secs(1));
    #[rustfmt::skip]
    let cases = [
        (limits(),                                               second,                     "by default"),
        (limits().with_keep_alive(zero),                         second,                     "no connection is kept"),
        (limits().with_linger(zero),                             second,                     "none lingers"),
        (limits().with_half_closed(zero),                        second,                     "half a connection is none"),
        (limits().with_head_timeout(zero),                       second,                     "no head is waited for"),
        (limits().with_write_idle(zero),                         second,                     "no client is waited for"),
        (limits().with_linger(zero).with_keep_alive(second),     Duration::from_millis(200), "a fifth of the others"),
        (limits().with_keep_alive(Duration::from_millis(1)),     Duration::from_millis(5),   "no more often"),
    ];
    for (limits, want, why) in cases {
        assert_eq!(tick(&limits), want, "{why}");
    }
}

#[test]
fn those_go_first_that_lose_least() {
    type Done = fn(&Watch);
    let limits = ServerLimits::default();
    let ranked = |done: Done, seconds: u64| {
        let watch = Watch::default();
        let mut clock = Clock::start(Duration::ZERO, &limits, 240);
        done(&watch);
        clock.judge(&watch, Duration::ZERO, &limits, WAITS);
        let rank = clock.rank(&watch, Duration::from_secs(seconds));
        rank.map(|(rank, _)| rank)
    };
    let answered = |watch: &Watch| {
        watch.add_received(b"GET /\r\n\r\n");
        watch.begin();
        watch.mark_whole(None);
        watch.end();
    };
    let asking = |watch: &Watch| {
        watch.add_received(b"POST /\r\n\r\n");
        watch.begin();
    };
    let followed = |watch: &Watch| {
        watch.add_received(b"GET /\r\n\r\nGET");
        watch.begin();
        watch.mark_whole(None);
        watch.end();
    };
    #[rustfmt::skip]
    let cases: [(Done, u64, Option<Rank>, &str); 10] = [
        (|_| {},                                           0, None,               "it has just connected"),
        (|_| {},                                           1, Some(Rank::Silent), "it has connected, and says nothing"),
        (answered,                                         0, Some(Rank::Idle),   "answered, and no other request"),
        (followed,                                         0, None,               "a piece of the next head has just come"),
        (followed,                                         1, Some(Rank::Silent), "the rest of it does not come"),
        (|watch| { watch.begin(); watch.mark_whole(None); }, 9, None,             "it is being answered"),
        (|watch| { watch.begin(); watch.begin_wait(); },   0, None,               "its body is just coming"),
        (|watch| { watch.begin(); watch.begin_wait(); },   1, Some(Rank::Slow),   "its body does not come"),
        (|watch| { watch.begin(); watch.set_half_closed(); }, 1, Some(Rank::Over), "it has closed its side"),
        (|watch| watch.set_lingering(),                    0, Some(Rank::Over),   "it was closed"),
    ];
    for (done, seconds, want, why) in cases {
        assert_eq!(ranked(done, seconds), want, "{why}");
    }
    assert_eq!(
        ranked(asking, 60),
        None,
        "its body is not read: not the fault of the client"
    );
    assert!(Rank::Over < Rank::Idle && Rank::Idle < Rank::Silent && Rank::Silent < Rank::Slow);
}
