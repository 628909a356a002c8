//! The two languages people read. Both wordings of a text always stand side by side: [`Both`] for
//! fixed texts, [`say!`](crate::say) for texts with figures in them, so that a missing one does not compile.

use serde::{Deserialize, Serialize};

/// The language of an answer: a setting of the person (holder), Chinese unless chosen otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Lang {
    #[default]
    #[serde(rename = "zh-CN")]
    Zh,
    #[serde(rename = "en")]
    En,
}

impl Lang {
    /// As stored in the `lang` column of a holder.
    pub fn code(self) -> &'static str {
        match self {
            Lang::Zh => "zh-CN",
            Lang::En => "en",
        }
    }

    /// Unknown codes read as Chinese, the language of the trade.
    pub fn from_code(code: &str) -> Lang {
        if code.to_ascii_lowercase().starts_with("en") { Lang::En } else { Lang::Zh }
    }
}

/// One fixed text in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Both {
    pub zh: &'static str,
    pub en: &'static str,
}

impl Both {
    pub fn pick(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Zh => self.zh,
            Lang::En => self.en,
        }
    }
}

/// `say!(lang, "第 {n} 项", "item {n}")`: the text in the reader's language, formatted.
#[macro_export]
macro_rules! say {
    ($lang:expr, $zh:literal, $en:literal $(,)?) => {
        match $lang {
            $crate::domain::Lang::Zh => format!($zh),
            $crate::domain::Lang::En => format!($en),
        }
    };
}
