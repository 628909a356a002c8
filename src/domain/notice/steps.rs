//! The steps of a notice, from the draft to its end: each gives the next standing, or says why it is not taken.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{Form, Notice, Stamp, Standing, State};

/// Why a step is not taken; the command words it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoStep {
    /// Not in this state.
    NotNow(State),
    /// 约谈 that nobody has approved.
    NotApproved,
    /// 约谈 without time and place.
    NotArranged,
    /// Whoever drafted it neither checks nor signs it, where the office has somebody else.
    OwnDraft,
    /// Whoever drafted it checked it while the office had nobody else; now it has.
    OwnCheck,
}

impl Notice {
    /// Whether whoever drafted it checked it too, as somebody alone in the office may.
    pub fn is_checked_by_drafter(&self) -> bool {
        self.standing.checked.as_ref().is_some_and(|checked| checked.post == self.drafted.post)
    }

    /// The state from which the next step is taken: what its drafter checked is a draft once there are others.
    pub fn stands(&self, is_alone: bool) -> State {
        match self.standing.state {
            State::Checked if self.is_checked_by_drafter() && !is_alone => State::Draft,
            state => state,
        }
    }

    /// 核稿. `is_alone`: the office has nobody else. When and where belongs to what is checked.
    pub fn check(&self, by: Stamp, is_alone: bool) -> Result<Standing, NoStep> {
        self.step(State::Draft, by.post, is_alone)?;
        self.is_arranged()?;
        Ok(Standing { state: State::Checked, checked: Some(by), ..self.standing.clone() })
    }

    /// 签发, under this number.
    pub fn sign(&self, by: Stamp, is_alone: bool, number: String) -> Result<Standing, NoStep> {
        self.step(State::Checked, by.post, is_alone)?;
        if self.form == Form::Interview && self.standing.approval.is_empty() {
            return Err(NoStep::NotApproved);
        }
        self.is_arranged()?;
        Ok(Standing { state: State::Signed, signed: Some(by), number: Some(number), ..self.standing.clone() })
    }

    fn is_arranged(&self) -> Result<(), NoStep> {
        match self.form == Form::Interview && self.standing.appointment.is_empty() {
            true => Err(NoStep::NotArranged),
            false => Ok(()),
        }
    }

    fn step(&self, from: State, by: Uuid, is_alone: bool) -> Result<(), NoStep> {
        match self.stands(is_alone) {
            state if state == from && by == self.drafted.post && !is_alone => Err(NoStep::OwnDraft),
            state if state == from => Ok(()),
            State::Draft if self.standing.state == State::Checked => Err(NoStep::OwnCheck),
            _ => Err(NoStep::NotNow(self.standing.state)),
        }
    }

    /// Another demand or another day; what was checked is to be checked anew.
    pub fn amended(&self, demand: String, answer_by: Option<NaiveDate>) -> Result<Standing, NoStep> {
        match self.standing.state {
            State::Draft | State::Checked => Ok(Standing {
                approval: self.standing.approval.clone(),
                appointment: self.standing.appointment.clone(),
                cc: self.standing.cc.clone(),
                ..Standing::drafted(demand, answer_by)
            }),
            state => Err(NoStep::NotNow(state)),
        }
    }

    /// 抄送 others than before; what was checked is to be checked anew.
    pub fn copied_to(&self, cc: &str) -> Result<Standing, NoStep> {
        let amended = self.amended(self.standing.demand.clone(), self.standing.answer_by)?;
        Ok(Standing { cc: cc.to_owned(), ..amended })
    }

    /// 批准 of an interview, by whom.
    pub fn approved(&self, by: &str) -> Result<Standing, NoStep> {
        match self.standing.state {
            State::Draft | State::Checked => {
                Ok(Standing { approval: by.to_owned(), ..self.standing.clone() })
            }
            state => Err(NoStep::NotNow(state)),
        }
    }

    /// 安排 of an interview: when and where; what was checked is to be checked anew.
    pub fn arranged(&self, appointment: &str) -> Result<Standing, NoStep> {
        if self.standing.state == State::Checked && self.standing.appointment == appointment {
            return Ok(self.standing.clone());
        }
        let next = self.amended(self.standing.demand.clone(), self.standing.answer_by)?;
        Ok(Standing { appointment: appointment.to_owned(), ..next })
    }

    /// The interview was held: its unit reports until this day what it has put right.
    pub fn held(&self, report_by: NaiveDate) -> Result<Standing, NoStep> {
        match self.standing.state {
            State::Signed => Ok(Standing { report_by: Some(report_by), ..self.standing.clone() }),
            state => Err(NoStep::NotNow(state)),
        }
    }

    /// What an interview still lacks: that it is approved, and when and where.
    pub fn lacks(&self) -> Vec<NoStep> {
        let Standing { state, approval, appointment, .. } = &self.standing;
        let is_draft = self.form == Form::Interview && matches!(state, State::Draft | State::Checked);
        let lacks = [(approval, NoStep::NotApproved), (appointment, NoStep::NotArranged)];
        lacks.into_iter().filter(|(said, _)| is_draft && said.is_empty()).map(|(_, why)| why).collect()
    }

    /// 作废. The number stays.
    pub fn void(&self, reason: &str, at: DateTime<Utc>) -> Result<Standing, NoStep> {
        match self.standing.state {
            State::Draft | State::Checked | State::Signed => Ok(Standing {
                state: State::Void,
                ended_at: Some(at),
                void_reason: reason.to_owned(),
                ..self.standing.clone()
            }),
            state => Err(NoStep::NotNow(state)),
        }
    }

    /// The last of its copies is closed.
    pub fn close(&self, at: DateTime<Utc>) -> Standing {
        Standing { state: State::Closed, ended_at: Some(at), ..self.standing.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(post: u128) -> Stamp {
        Stamp { post: Uuid::from_u128(post), title: String::new(), at: DateTime::default() }
    }

    fn notice(state: State) -> Notice {
        Notice {
            id: Uuid::nil(),
            version: 1,
            handle: 1,
            round: Uuid::nil(),
            form: Form::Supervision,
            title: String::new(),
            basis: String::new(),
            lines: Vec::new(),
            as_of: NaiveDate::default(),
            basis_version: 0,
            proposal: None,
            figures: None,
            drafted: stamp(1),
            standing: Standing { state, ..Standing::drafted(String::new(), None) },
            copies: Vec::new(),
        }
    }

    #[test]
    fn two_people_stand_behind_a_number() {
        let number = || "号".to_owned();
        assert_eq!(notice(State::Draft).check(stamp(1), false), Err(NoStep::OwnDraft));
        assert!(notice(State::Draft).check(stamp(1), true).is_ok_and(|s| s.state == State::Checked));
        let draft = notice(State::Draft);
        assert_eq!(draft.sign(stamp(2), false, number()), Err(NoStep::NotNow(State::Draft)));
        let mut checked = notice(State::Checked);
        checked.standing.checked = Some(stamp(2));
        assert_eq!(checked.sign(stamp(1), false, number()), Err(NoStep::OwnDraft));
        let signed = checked.sign(stamp(2), false, number()).expect("is signed");
        assert_eq!((signed.state, signed.number.as_deref()), (State::Signed, Some("号")));
    }

    #[test]
    fn who_was_alone_checked_it_and_once_there_are_others_it_is_checked_again() {
        let mut own = notice(State::Checked);
        own.standing.checked = Some(stamp(1));
        assert!(own.sign(stamp(1), true, String::new()).is_ok());
        assert_eq!(own.sign(stamp(1), false, String::new()), Err(NoStep::OwnCheck));
        assert_eq!(own.sign(stamp(2), false, String::new()), Err(NoStep::OwnCheck));
        assert_eq!(own.check(stamp(1), false), Err(NoStep::OwnDraft));
        assert_eq!(own.check(stamp(3), false).map(|next| next.checked), Ok(Some(stamp(3))));
    }

    #[test]
    fn when_and_where_is_checked_with_the_rest() {
        let mut draft = notice(State::Draft);
        draft.form = Form::Interview;
        assert_eq!(draft.check(stamp(2), false), Err(NoStep::NotArranged));
        draft.standing = draft.arranged("9月10日15时").expect("is arranged");
        draft.standing = draft.check(stamp(2), false).expect("is checked");
        assert_eq!(draft.arranged("9月10日15时").map(|next| next.state), Ok(State::Checked), "the same");
        let moved = draft.arranged("9月11日15时").expect("is arranged anew");
        assert_eq!((moved.state, moved.checked), (State::Draft, None));
        assert_eq!(moved.appointment, "9月11日15时");
    }

    #[test]
    fn a_void_one_keeps_its_number_and_nothing_moves_it_any_more() {
        let mut out = notice(State::Signed);
        out.standing.number = Some("号".into());
        let void = out.void("误发", DateTime::default()).expect("is voided");
        assert_eq!((void.state, void.number.as_deref()), (State::Void, Some("号")));
        for state in [State::Void, State::Closed] {
            let over = notice(state);
            assert_eq!(over.void("再来", DateTime::default()), Err(NoStep::NotNow(state)));
            assert_eq!(over.amended(String::new(), None), Err(NoStep::NotNow(state)));
            assert_eq!(over.check(stamp(2), true), Err(NoStep::NotNow(state)));
        }
        let checked = notice(State::Checked);
        let copied = checked.copied_to("市委办公室").expect("is copied");
        assert_eq!((copied.state, copied.cc.as_str()), (State::Draft, "市委办公室"));
        assert!(
            checked.amended("另".into(), None).is_ok_and(|s| s.state == State::Draft && s.checked.is_none())
        );
    }
}
