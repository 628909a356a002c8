//! Fetching updates, where no webhook can reach us.

use std::time::Duration;

use anyhow::{Context, bail};
use teloxide_core::payloads::{GetUpdates, GetUpdatesSetters};
use teloxide_core::types::AllowedUpdate;

use super::api::{Api, Called};
use super::classify::{Answer, Class};
use super::receive;
use super::words::Me;
use crate::platforms::Polled;

/// What we understand. Asked for with the webhook too.
pub const ALLOWED: [AllowedUpdate; 4] = [
    AllowedUpdate::Message,
    AllowedUpdate::EditedMessage,
    AllowedUpdate::CallbackQuery,
    AllowedUpdate::MyChatMember,
];
/// How long the server waits for something to tell; proxies cut quiet connections after a minute.
const WAIT_SECONDS: u32 = 25;

/// Waits for updates after `settled`. Asking for the next one is what confirms those before it.
pub async fn updates(api: &Api, settled: i64, me: Me<'_>) -> anyhow::Result<Vec<Polled>> {
    let mut request = GetUpdates::new().timeout(WAIT_SECONDS).allowed_updates(ALLOWED);
    request.offset = (settled > 0)
        .then(|| i32::try_from(settled.saturating_add(1)))
        .transpose()
        .context("update_id 超出范围 / an update_id out of range")?;
    let patience = api.patience + Duration::from_secs(WAIT_SECONDS.into());
    let called = api.call_within(&request, patience).await;
    if let Called::Answered(Answer { class: Class::Conflict, description, .. }) = &called {
        if description.contains("other getUpdates") {
            bail!(
                "另有程序在用同一机器人轮询，请先停掉它 / another program polls for this bot: stop it first"
            );
        }
        bail!(
            "Telegram 上登记了 webhook，不能轮询：请去掉 DUBAN_PUBLIC_URL 后重新登记，或调用 \
             deleteWebhook / a webhook is set, so polling is refused: register again without \
             DUBAN_PUBLIC_URL, or call deleteWebhook (https://api.telegram.org/bot<token>/deleteWebhook)"
        );
    }
    let result = called.result().context("Telegram getUpdates")?;
    let told = result.as_array().context("getUpdates 未给出列表 / getUpdates gave no list")?;
    let polled: Vec<Polled> = told
        .iter()
        .filter_map(|update| {
            let update = receive::read(update.to_string().as_bytes(), &me)?;
            Some(Polled { number: update.update_id.parse().ok()?, update })
        })
        .collect();
    if polled.is_empty() && !told.is_empty() {
        bail!("getUpdates 给出的更新无法辨认 / getUpdates gave nothing readable");
    }
    Ok(polled)
}
