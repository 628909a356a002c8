-- Where two sources of the calendar differ, the published notice decides. Of the days shipped only these two
-- differ (chinesecalendar 1.11 names them, chinese-days 1.5.7 does not). 国办发明电〔2023〕7号 on 2024:
-- "元旦：1月1日放假，与周末连休", so they are a plain weekend. Whether they are worked does not change.
DELETE FROM workday WHERE day IN ('2023-12-30', '2023-12-31') AND NOT is_work AND name = '元旦';
