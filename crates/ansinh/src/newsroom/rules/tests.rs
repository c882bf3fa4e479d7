use proptest::prelude::*;

use super::*;

fn seat(role: BoardRole) -> Seat {
    Seat { role: Some(role), author: false, wrote: false, reviewer: false }
}

fn standing(state: State) -> Standing {
    Standing {
        kind: Kind::News,
        state,
        scheduled: false,
        public: false,
        withdrawn: false,
        review: Review::None,
        sourced: false,
    }
}

#[test]
fn a_contributor_writes_and_submits_her_own_and_nothing_else() {
    let own = Seat { author: true, wrote: true, ..seat(BoardRole::Contributor) };
    let allowed: Vec<Deed> = Deed::ALL
        .into_iter()
        .filter(|deed| {
            State::ALL.iter().any(|state| {
                let open = Standing { public: true, ..standing(*state) };
                judge(own, open, *deed).is_ok()
            })
        })
        .collect();
    assert_eq!(allowed, [Deed::Write, Deed::Submit, Deed::Recall, Deed::Discard]);
    let other = seat(BoardRole::Contributor);
    assert!(judge(other, standing(State::Draft), Deed::Write).is_err());
}

#[test]
fn a_rebuttal_needs_a_paper_or_the_agencys_word() {
    let head = seat(BoardRole::Head);
    let bare = Standing { kind: Kind::Rebuttal, ..standing(State::Submitted) };
    assert!(judge(head, bare, Deed::Publish).unwrap_err().0.contains("chưa có căn cứ"));
    assert!(judge(head, Standing { sourced: true, ..bare }, Deed::Publish).is_ok());
    assert!(judge(head, Standing { review: Review::Confirmed, ..bare }, Deed::Publish).is_ok());
    let asked = Standing { sourced: true, review: Review::Waiting, ..bare };
    assert!(judge(head, asked, Deed::Publish).unwrap_err().0.contains("chưa thẩm định"));
}

#[test]
fn the_last_day_of_a_term_counts_and_the_next_does_not() {
    let day = |d| NaiveDate::from_ymd_opt(2020, 5, d).unwrap();
    assert!(in_force(day(1), day(15), day(15)));
    assert!(!in_force(day(1), day(15), day(16)));
    assert!(!in_force(day(2), day(15), day(1)));
}

fn seats() -> impl Strategy<Value = Seat> {
    let role = proptest::option::of(proptest::sample::select(BoardRole::ALL));
    (role, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(role, author, wrote, reviewer)| Seat { role, author, wrote: wrote || author, reviewer },
    )
}

fn standings() -> impl Strategy<Value = Standing> {
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    let review = proptest::sample::select(vec![Review::None, Review::Waiting, Review::Confirmed]);
    (proptest::sample::select(Kind::ALL), proptest::sample::select(State::ALL), flags, review)
        .prop_map(|(kind, state, (scheduled, public, withdrawn, sourced), review)| {
            let scheduled = scheduled && state == State::Approved;
            let public = public || (state == State::Approved && !scheduled);
            Standing {
                kind,
                state,
                scheduled,
                public,
                withdrawn: withdrawn && public,
                review,
                sourced,
            }
        })
}

proptest! {
    #[test]
    fn nothing_is_published_by_a_writer_or_by_who_may_not(seat in seats(), now in standings()) {
        if judge(seat, now, Deed::Publish).is_ok() {
            prop_assert!(seat.role.is_some_and(BoardRole::publishes));
            prop_assert!(!seat.wrote && !seat.author);
            prop_assert_ne!(now.review, Review::Waiting);
            prop_assert_eq!(now.state, State::Submitted);
        }
    }

    #[test]
    fn who_is_not_on_the_board_changes_nothing_but_what_she_reviews(now in standings(), reviewer: bool) {
        let guest = Seat { role: None, author: true, wrote: false, reviewer };
        for deed in Deed::ALL {
            let reviews = matches!(deed, Deed::Confirm | Deed::Object) && reviewer;
            prop_assert!(judge(guest, now, deed).is_err() || reviews);
        }
    }

    /// Any order of deeds: an approved edition is never written on, and there is one live edition.
    #[test]
    fn an_approved_text_never_moves(
        deeds in proptest::collection::vec((0..Deed::ALL.len(), seats()), 1..60),
    ) {
        let mut now = standing(State::Draft);
        let mut writers_of_public = false;
        let mut confirmed_text = false;
        for (at, seat) in deeds {
            let deed = Deed::ALL[at];
            let Ok(next) = judge(seat, now, deed) else { continue };
            prop_assert!(deed != Deed::Write || live(now.state));
            if deed == Deed::Replace {
                prop_assert!(!live(now.state), "one live edition a document");
            }
            if deed == Deed::Publish {
                writers_of_public |= seat.wrote;
                now.public = true;
            }
            confirmed_text = match deed {
                Deed::Confirm => true,
                Deed::Write | Deed::Replace | Deed::Recall | Deed::Return | Deed::Object => false,
                _ => confirmed_text,
            };
            match deed {
                Deed::Withdraw => now.withdrawn = true,
                Deed::Restore => now.withdrawn = false,
                _ => now.state = next,
            }
        }
        prop_assert!(!writers_of_public);
        if confirmed_text {
            prop_assert!(now.state != State::Returned);
        }
    }
}

#[test]
fn who_reviewed_a_text_does_not_publish_it() {
    let now = Standing {
        kind: Kind::Rebuttal,
        state: State::Submitted,
        scheduled: false,
        public: false,
        withdrawn: false,
        review: Review::Confirmed,
        sourced: true,
    };
    let head = Seat { role: Some(BoardRole::Head), author: false, wrote: false, reviewer: true };
    assert!(published(head, now).unwrap_err().0.contains("thẩm định"));
    assert_eq!(published(Seat { reviewer: false, ..head }, now), Ok(State::Approved));
}
