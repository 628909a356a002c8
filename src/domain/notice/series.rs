//! Numbers of notices (发文字号): one series for each abbreviation, form and year, without gaps, nothing used
//! twice. `安整改办督〔2018〕12号`; a circular has issues instead, `安整改办通报2018年第3期`.

use uuid::Uuid;

use super::Form;

/// A series as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    pub id: Uuid,
    /// `None`: its first number is being taken.
    pub version: Option<i32>,
    /// 代字 of the office.
    pub abbr: String,
    pub form: Form,
    pub year: i32,
    pub next: i32,
}

impl Series {
    /// A series that has not begun.
    pub fn begun(id: Uuid, abbr: &str, form: Form, year: i32) -> Series {
        Series { id, version: None, abbr: abbr.to_owned(), form, year, next: 1 }
    }

    /// Takes the next number: the number, and the series behind it.
    pub fn take(&self) -> (String, Series) {
        let number = number(&self.abbr, self.form, self.year, self.next);
        (number, Series { next: self.next + 1, ..self.clone() })
    }
}

fn number(abbr: &str, form: Form, year: i32, no: i32) -> String {
    let mark = match form {
        Form::Warning => "预",
        Form::Supervision => "督",
        Form::Letter => "函",
        Form::Interview => "约",
        Form::Circular => return format!("{abbr}通报{year}年第{no}期"),
    };
    format!("{abbr}{mark}〔{year}〕{no}号")
}

/// Whether these letters may stand at the head of a number (代字): Chinese ones, two to twelve.
pub fn is_abbr(said: &str) -> bool {
    let count = said.chars().count();
    (2..=12).contains(&count) && said.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_one_another_and_forms_have_their_own() {
        let mut series = Series::begun(Uuid::nil(), "安整改办", Form::Supervision, 2018);
        for expected in ["安整改办督〔2018〕1号", "安整改办督〔2018〕2号", "安整改办督〔2018〕3号"]
        {
            let (number, next) = series.take();
            assert_eq!(number, expected);
            series = next;
        }
        let circular = Series { next: 3, ..Series::begun(Uuid::nil(), "安整改办", Form::Circular, 2018) };
        assert_eq!(circular.take().0, "安整改办通报2018年第3期");
        assert!(is_abbr("安整改办") && !is_abbr("安") && !is_abbr("安整改办2018") && !is_abbr("AZGB"));
    }
}
