//! A ledger file of any length, as an office would bring it: units of its own, words of the trade, dates, milestones.

use std::fmt::Write;

/// Units of the file.
const UNITS: u32 = 400;

/// The unit table.
pub fn units() -> String {
    let mut text = "code,name,kind,parent,aliases\n".to_owned();
    for n in 0..UNITS {
        let _ = writeln!(text, "U{n},第{n}责任单位,department,,");
    }
    text
}

/// So many rows of a ledger, some 400 bytes each.
pub fn ledger(rows: u32) -> String {
    let mut text = "序号,整改事项,问题描述,类别,区域,整改目标,整改措施,整改时限,整改类型,牵头单位,配合单位,整改进度,阶段目标\n"
        .to_owned();
    for n in 1..=rows {
        let (lead, co) = (n % UNITS, (n + 7) % UNITS);
        let (category, region) =
            (CATEGORIES[n as usize % CATEGORIES.len()], REGIONS[n as usize % REGIONS.len()]);
        let (month, day) = (1 + n % 12, 1 + n % 28);
        let percent = n % 100;
        let _ = writeln!(
            text,
            "{n},第{n}项：{region}污水处理设施提标改造滞后,{region}污水处理厂超负荷运行，雨季溢流污水直排入河，群众反映强烈。,\
             {category},{region},完成提标改造，出水稳定达到一级A标准。,\
             1.加快设备采购和安装调试；2.完善雨污分流管网；3.建立运行台账并按月抽查,2027-{month:02}-{day:02},限期整改,\
             第{lead}责任单位,第{co}责任单位,{percent},2026-12-31=60;2027-{month:02}-{day:02}=100"
        );
    }
    text
}

/// The same with a last row that cannot be: a day that no calendar has.
pub fn with_a_bad_last_row(ledger: &str, rows: u32) -> String {
    let n = rows + 1;
    format!("{ledger}{n},第{n}项,说明,水,全市,目标,措施,2027-02-30,限期整改,第1责任单位,,5,\n")
}

const CATEGORIES: [&str; 4] = ["水环境", "大气环境", "土壤和固废", "责任落实"];
const REGIONS: [&str; 5] = ["紫岩县", "滨江区", "云阴县", "清泉县", "宁岭县"];
