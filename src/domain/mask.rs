//! Personal names in what is made public: those the ledger knows are masked (张某某). Whom the ledger does not know
//! nobody can mask; whoever publishes reads the text once. Telephone numbers: `acceptance::masked`.

use super::acceptance::masked;

/// Somebody who holds a post, or held one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// As work groups write it: 单位+姓名, or only the name.
    pub display_name: String,
    pub title: String,
    pub unit: String,
    pub aliases: Vec<String>,
}

/// Names, each with what stands for it.
#[derive(Debug, Default)]
pub struct Mask {
    names: Vec<(String, String)>,
}

/// Surnames of two characters.
const DOUBLE: &[&str] = &[
    "欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "令狐", "宇文", "长孙", "慕容", "司徒",
    "司空", "夏侯", "端木", "百里", "南宫",
];

/// Surnames of one, the usual ones. What begins with none of them is taken for the name of a unit.
const SURNAMES: &str = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛奚范彭郎鲁韦马苗凤花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻贾路娄江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房裘缪解应宗丁宣邓郁单杭洪包诸左石崔吉钮龚程邢裴陆荣翁荀羊惠甄曲封储靳段富焦巴牧谷车侯全班仲伊宫宁仇栾甘厉祖武符刘景詹束龙叶幸司黎薄白怀蒲卓蔺屠蒙池乔阴能苍闻翟谭贡劳姬申冉桑桂牛尚农温庄晏柴瞿阎连茹习艾鱼容向古易慎戈廖居衡耿满匡文寇欧利师巩聂关荆肖闫付涂代佟岳商牟仝税游邝练揭";

/// What the last character of a name is not: the ends of units and posts.
const NO_NAMES: &str = "局区县市办委科处室组镇乡街村厅部院所站队会员长任记";

impl Mask {
    /// A text as it may be made public, and how many names were masked in it; telephone numbers are masked too.
    pub fn public(&self, text: &str) -> (String, usize) {
        self.text(&masked(text))
    }

    pub fn of(people: &[Person]) -> Mask {
        let mut names: Vec<(String, String)> = people.iter().filter_map(named).collect();
        // The longer first: 张伟 must not cut 张伟明 in two.
        names.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        names.dedup();
        Mask { names }
    }

    fn text(&self, text: &str) -> (String, usize) {
        let mut public = text.to_owned();
        let mut count = 0;
        for (name, masked) in &self.names {
            count += public.matches(name.as_str()).count();
            public = public.replace(name.as_str(), masked);
        }
        (public, count)
    }
}

/// The name of a person, and 张某某.
fn named(person: &Person) -> Option<(String, String)> {
    let mut words: Vec<&str> = [&person.title, &person.unit].into_iter().map(String::as_str).collect();
    words.extend(person.aliases.iter().map(String::as_str));
    words.retain(|word| !word.is_empty());
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let left = words.iter().fold(person.display_name.clone(), |left, word| left.replace(word, " "));
    left.split(|c| !is_han(c)).find_map(|piece| {
        let letters: Vec<char> = piece.chars().collect();
        // 环保局张伟 ends in the name.
        [4, 3, 2].into_iter().filter(|long| *long <= letters.len()).find_map(|long| {
            let name: String = letters[letters.len() - long..].iter().collect();
            let surname =
                surname(&name).filter(|_| !letters.last().is_some_and(|c| NO_NAMES.contains(*c)))?;
            let given = long - surname.chars().count();
            (1..=2).contains(&given).then(|| (name.clone(), format!("{surname}{}", "某".repeat(given))))
        })
    })
}

fn surname(name: &str) -> Option<&str> {
    let double = DOUBLE.iter().find(|surname| name.starts_with(**surname) && name.len() > surname.len());
    let first = name.chars().next()?;
    match double {
        Some(surname) => Some(surname),
        None => SURNAMES.contains(first).then(|| &name[..first.len_utf8()]),
    }
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(display_name: &str) -> Person {
        Person {
            display_name: display_name.to_owned(),
            title: "滨江区联络员A".to_owned(),
            unit: "滨江区".to_owned(),
            aliases: vec!["滨江".to_owned()],
        }
    }

    fn masked(display_name: &str, text: &str) -> String {
        Mask::of(&[person(display_name)]).text(text).0
    }

    #[test]
    fn names_that_are_known_are_masked_whatever_stands_around_them() {
        for (display_name, text, public) in [
            ("张伟", "由张伟负责", "由张某负责"),
            ("滨江区 张建国", "张建国同志、李四", "张某某同志、李四"),
            ("滨江-环保局-欧阳明", "欧阳明现场核实", "欧阳某现场核实"),
            ("滨江区环保分局王小丽", "王小丽137", "王某某137"),
            ("张伟（滨江区联络员A）", "张伟明、张伟", "张某明、张某"),
        ] {
            assert_eq!(masked(display_name, text), public, "{display_name}");
        }
    }

    #[test]
    fn what_is_no_name_stays() {
        for display_name in ["滨江区联络员A", "滨江区高新办", "环保局", "小溪", "Office 2", "", "滨江"]
        {
            let text = "滨江区联络员A 在高新办、环保局、小溪边核实";
            assert_eq!(masked(display_name, text), text, "{display_name}");
        }
        let both = Mask::of(&[person("张伟"), person("张伟明")]);
        assert_eq!(both.text("张伟明和张伟"), ("张某某和张某".to_owned(), 2));
    }
}
