//! 找: items by words in their plan, and for units in their last report too; only those the speaker may
//! see, each with the place quoted.

use std::collections::HashMap;

use super::list::gather::{self, Found, MOST, Whose};
use super::list::page::{self, Lamps, Sheet};
use super::list::page_number;
use super::words::SlipKind;
use super::{Call, Command, Failure, spelling};
use crate::domain::decision::Decision;
use crate::domain::listing::{Stage, order};
use crate::domain::numeral::half_width;
use crate::domain::people::Who;
use crate::domain::{Both, Item, Lang, Text};
use crate::store::search::Quotable;
use crate::{say, store};

pub const COMMAND: Command = Command {
    words: &["找", "find", "搜索", "查找"],
    glued: false,
    usage: Both { zh: "找 渗滤液", en: "find COD" },
    about: Both {
        zh: "按文字找事项：标题、问题、目标、措施、类别、区域",
        en: "items by words in title, finding, goal, measures, category, region",
    },
    who: Who::Bound,
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

/// Characters of the text on either side of what was found.
const AROUND: usize = 12;

fn verb(lang: Lang) -> &'static str {
    spelling(&COMMAND, lang)
}

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let (mut words, mut number) = (Vec::new(), 1);
    while !call.words.is_empty() {
        let short = call.words.clone().slip(SlipKind::ShortWord);
        let Some(word) = call.words.word() else { break };
        // Only as it is written by the button: a bare number may be looked for.
        let turned = page_number(&word).filter(|_| word.starts_with("第") || word.starts_with("page"));
        if let Some(page) = turned.filter(|_| call.words.is_empty() && !words.is_empty()) {
            number = page;
        } else if !has_pair(&word) {
            return Err(call.slip(&short));
        } else {
            words.push(word);
        }
    }
    if words.is_empty() {
        let slip = call.words.slip(SlipKind::NoWords);
        return Err(call.slip(&slip));
    }
    answer(call, words, number).await
}

/// Whether there is a pair of neighbouring characters to look for.
fn has_pair(word: &str) -> bool {
    word.chars().zip(word.chars().skip(1)).any(|(a, b)| a.is_alphanumeric() && b.is_alphanumeric())
}

/// Items in which all of these words stand.
pub(super) async fn answer(
    mut call: Call<'_>,
    words: Vec<String>,
    number: usize,
) -> Result<Decision, Failure> {
    let (lang, today, basis) = (call.lang(), call.now.today(), call.basis);
    let whose = gather::whose(&mut call, None, false).await?;
    let rounds = call.rounds();
    let mut is_cut = false;
    let (mut items, is_more) = match &whose {
        Whose::Everybody => {
            let (ids, all) =
                store::search::in_rounds(&mut *call.read, &rounds, &words, MOST as i64 + 1).await?;
            is_cut = !all;
            let is_more = ids.len() > MOST;
            (store::items::by_ids(&mut *call.read, &rounds, &ids[..ids.len().min(MOST)]).await?, is_more)
        }
        Whose::Unit(_) | Whose::Held(_) => {
            let mut items = gather::shown(&mut call, &whose, Stage::All).await?;
            let ids: Vec<_> = items.iter().map(|item| item.id).collect();
            let hits = store::search::among(&mut *call.read, &ids, &words).await?;
            items.retain(|item| hits.contains(&item.id));
            (items, false)
        }
    };
    items.sort_by_cached_key(|item| order(item, whose.unit(), today, basis));
    let found = Found { is_more, is_cut, ..Found::at_hand(&items, number, &call) };
    let ids: Vec<_> = found.page.iter().map(|item| item.id).collect();
    let texts = store::search::quotable(&mut *call.read, &ids).await?;
    let texts: HashMap<_, _> = texts.into_iter().map(|text| (text.item, text)).collect();
    let said = words.join(" ");
    let count = page::count(&found, lang);
    let mut head = Text::default().strong(say!(lang, "找“{said}”", "“{said}”"));
    head = if items.is_empty() {
        head.then(match &whose {
            Whose::Everybody => say!(lang, "：标题和方案里没有。", ": nothing in titles and plans."),
            Whose::Unit(_) | Whose::Held(_) => {
                say!(lang, "：你能看的事项里没有。", ": nothing in the items you may see.")
            }
        })
    } else {
        head.then(say!(lang, "：{count}", ": {count}"))
    }
    .then(gather::only_here(&call, &whose));
    let verb = verb(lang);
    let line = |page: usize| {
        if page == 1 {
            format!("{verb} {said}")
        } else {
            say!(lang, "{verb} {said} 第{page}页", "{verb} {said} page{page}")
        }
    };
    let below = |item: &Item| quote(texts.get(&item.id)?, &words, lang);
    let sheet = Sheet { unit: whose.unit(), lamps: Lamps::Rows, number, line: &line, below: &below };
    Ok(call.answer(page::rows(&call, head, &found, &sheet)))
}

/// The first place beside the title where one of the words stands.
fn quote(texts: &Quotable, words: &[String], lang: Lang) -> Option<Text> {
    let places = [
        (Both { zh: "问题", en: "finding" }, &texts.description),
        (Both { zh: "目标", en: "goal" }, &texts.goal),
        (Both { zh: "措施", en: "measures" }, &texts.measures),
        (Both { zh: "最近填报", en: "last report" }, &texts.last_report),
        (Both { zh: "类别", en: "category" }, &texts.category),
        (Both { zh: "区域", en: "region" }, &texts.region),
    ];
    places.into_iter().find_map(|(place, text)| {
        let (before, here, behind) = words.iter().find_map(|word| around(text, word))?;
        let place = place.pick(lang);
        Some(
            Text::plain(say!(lang, "\n{place}：{before}", "\n{place}: {before}"))
                .strong(format!("【{here}】"))
                .then(behind),
        )
    })
}

/// The word in the text, with what stands around it.
fn around(text: &str, word: &str) -> Option<(String, String, String)> {
    let fold = |text: &str| half_width(text).to_ascii_lowercase().chars().collect::<Vec<_>>();
    let (written, folded, wanted) = (text.chars().collect::<Vec<_>>(), fold(text), fold(word));
    let at = folded.windows(wanted.len()).position(|window| window == wanted)?;
    let end = at + wanted.len();
    let (from, to) = (at.saturating_sub(AROUND), (end + AROUND).min(written.len()));
    let piece = |from: usize, to: usize| written[from..to].iter().filter(|c| **c != '\n').collect::<String>();
    let before = if from > 0 { format!("…{}", piece(from, at)) } else { piece(from, at) };
    let behind = if to < written.len() { format!("{}…", piece(end, to)) } else { piece(end, to) };
    Some((before, piece(at, end), behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_quoted_with_what_stands_around_it() {
        let text = "填埋场渗滤液处理设施停运，渗滤液积存较多，雨季存在溢流风险。";
        let (before, here, behind) = around(text, "积存").expect("found");
        assert_eq!((before.as_str(), here.as_str()), ("…滤液处理设施停运，渗滤液", "积存"));
        assert_eq!(behind, "较多，雨季存在溢流风险。");
        assert_eq!(around("达到一级Ａ标准", "级a").expect("found").1, "级Ａ");
        assert_eq!(around(text, "垃圾"), None);
    }

    #[test]
    fn a_word_needs_a_pair() {
        assert!(has_pair("水质") && has_pair("A级") && has_pair("(COD)"));
        assert!(!has_pair("水") && !has_pair("（水）") && !has_pair("……"));
    }
}
