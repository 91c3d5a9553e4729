//! Reads page after page: where the next one begins, and when a class is at its end.

use std::collections::{BTreeSet, HashSet};

use reqwest::Url;
use serde_json::Value;
use serde_json::value::RawValue;
use wardroom_core::{Timestamp, Topology};

use crate::cmdb::convert::{Notes, Workshop};
use crate::cmdb::date;
use crate::cmdb::field::{LookupTable, Lookups, beginning};
use crate::cmdb::mapping::{Class, Delta, Lookup, PagingKind};
use crate::cmdb::page::{Split, split};
use crate::cmdb::path::{Scene, text_of};
use crate::cmdb::place::{InventoryPlace, Position};
use crate::cmdb::probe::{missing_right, sort};
use crate::cmdb::request::{self, Fill};
use crate::cmdb::{Cmdb, Fetched, State, answer};
use crate::error::SourceError;
use crate::http::HttpAnswer;
use crate::source::{InventoryNoticeKind, InventoryPage, MissingInventoryRight};

/// Pages in a row that bring nothing that was not there already, after which a class is at its end. One such page can
/// come from items that moved while they were read.
const MAX_REPEATS: u32 = 2;
/// Pages in a row that may bring nothing new when the last of them is empty. Behind a page whose items the asker may not
/// see there can be others; a next page that is empty for ever ends here.
const MAX_EMPTY: u32 = 50;

/// Items of other times than asked for are taken for a rounding up to this.
const SINCE_TOLERANCE_MS: i64 = 2_000;

/// One page while it is worked on.
struct Turn<'a> {
    class: &'a Class,
    place: InventoryPlace,
    page: InventoryPage,
    notes: Notes,
}

impl Cmdb {
    /// Returns the place of the first page.
    pub(super) fn first_place(&self, since: Option<Timestamp>) -> InventoryPlace {
        let first = self.mapping.classes.first();
        let limit = first.map_or(1, |class| self.limit(class.ask.paging.size));
        InventoryPlace::first(&self.mapping.fingerprint, since, limit)
    }

    fn limit(&self, size: u64) -> u64 {
        if self.config.page_size == 0 { size } else { u64::from(self.config.page_size) }
    }

    /// Reads one page.
    pub(super) async fn page(
        &self,
        after: Option<InventoryPlace>,
        since: Option<Timestamp>,
    ) -> Result<InventoryPage, SourceError> {
        let mut state = self.state.lock().await;
        let mut notes = Notes::default();
        let is_known = |place: &InventoryPlace| {
            place.mapping == self.mapping.fingerprint && place.class < self.mapping.classes.len()
        };
        let begins = after.is_none();
        let place = match after {
            Some(place) if is_known(&place) => place,
            Some(_) => {
                notes.add(InventoryNoticeKind::BegunAgain, "", "");
                self.first_place(since)
            }
            None => self.first_place(since),
        };
        if begins {
            *state = State::default();
        }
        if state.class != Some(place.class) {
            state.class = Some(place.class);
            state.seen = HashSet::new();
        }
        let mut page = InventoryPage::default();
        if !state.lookups_are_read {
            let (requests, missing) = self.load_lookups(&mut state, &mut notes).await?;
            page.requests += requests;
            for missing in missing {
                notes.add(InventoryNoticeKind::ClassLost, &missing.lost, &missing.path);
            }
        }
        let class = &self.mapping.classes[place.class];
        page.partial |= class.needs_one_of(&state.lost_lookups);
        let mut turn = Turn { class, place, page, notes };
        if let Some(lookup) = class.each
            && turn.place.each.is_none()
        {
            turn.place.each = state.lookups.key_behind(lookup, None);
            if turn.place.each.is_none() {
                return Ok(self.at_end(turn, &state.lookups));
            }
        }
        let fetched = self.fetch_in_reach(&mut turn).await;
        turn.page.requests += 1;
        match fetched {
            Ok(Some(fetched)) => self.take(turn, &fetched, &mut state),
            // An item that is too long on its own: the place is behind it.
            Ok(None) => Ok(self.finished(turn, None)),
            Err(error) => self.lost(turn, error, &state),
        }
    }

    /// Fetches a page; asks for fewer items while the answer is longer than the cap. `None`: a single item is too long
    /// and has been passed over.
    async fn fetch_in_reach(&self, turn: &mut Turn<'_>) -> Result<Option<Fetched>, SourceError> {
        loop {
            let error = match self.fetch(&mut turn.place).await {
                Ok(fetched) => return Ok(Some(fetched)),
                Err(error) => error,
            };
            let SourceError::AnswerTooLong { limit_bytes } = error else {
                return Err(error);
            };
            turn.page.requests += 1;
            let offset = match (&turn.class.ask.paging.kind, &turn.place.at) {
                (PagingKind::Offset, Position::Offset(offset)) => Some(*offset),
                (PagingKind::Offset, _) => Some(0),
                // The first page of any kind can be asked for with fewer items; further ones are the source's.
                (PagingKind::Next(_) | PagingKind::Cursor(_) | PagingKind::Link, Position::First)
                    if turn.place.limit > 1 =>
                {
                    None
                }
                _ => return Err(error),
            };
            if turn.place.limit > 1 {
                turn.place.limit = turn.place.limit.div_ceil(4);
                continue;
            }
            let at = offset.unwrap_or_default();
            let detail = format!("more than {limit_bytes}, item {}", at + 1);
            turn.notes.add(InventoryNoticeKind::ItemTooLong, &turn.class.name, &detail);
            turn.page.partial = true;
            turn.place.at = Position::Offset(at + 1);
            turn.place.came += 1;
            turn.place.pages += 1;
            return Ok(None);
        }
    }

    /// Fetches a page and checks that it is one.
    pub(super) async fn fetch(&self, place: &mut InventoryPlace) -> Result<Fetched, SourceError> {
        let class = &self.mapping.classes[place.class];
        let request = self.request_of(class, place);
        let answer = match self.ask(&request).await {
            // What lies behind the last page is an error at some products.
            Err(SourceError::BadQuery { detail, .. } | SourceError::TooLarge { detail, .. })
                if !class.ask.paging.past_end.is_empty() && detail.contains(&class.ask.paging.past_end) =>
            {
                return Ok(Fetched { answer: HttpAnswer::empty(), is_past_end: true });
            }
            Err(SourceError::NotFound { .. }) if matches!(place.at, Position::Page(_)) => {
                return Ok(Fetched { answer: HttpAnswer::empty(), is_past_end: true });
            }
            other => other?,
        };
        let Split { envelope, items } = split(&answer.body, &class.ask.items)?;
        answer::check(&envelope, &self.mapping.success, &request.path)?;
        if items.is_none() {
            let wanted =
                if class.ask.items.is_empty() { "a list".to_owned() } else { class.ask.items.join(".") };
            let detail =
                format!("{wanted} is missing in the answer of {}: {}", request.path, answer.first_words());
            return Err(SourceError::NotInventory { detail });
        }
        Ok(Fetched { answer, is_past_end: false })
    }

    /// Makes the request for a page.
    pub(super) fn request_of(&self, class: &Class, place: &InventoryPlace) -> crate::http::HttpRequest {
        if let Position::Target(target) = &place.at {
            return request::of_target(target);
        }
        let delta = class.delta.as_ref().filter(|_| place.since.is_some());
        let mut ask = class.ask.clone();
        if let Some(delta) = delta {
            ask.params.extend(delta.params.clone());
            ask.body.extend(delta.body.clone());
        }
        let zone = &self.mapping.zone;
        let fill = Fill::of_place(place, &ask, delta.map(|delta| (delta, zone)), &self.mapping.values);
        request::request(&ask, &fill)
    }

    /// Goes on behind a class that cannot be read; fails when none can.
    fn lost(
        &self,
        mut turn: Turn<'_>,
        error: SourceError,
        state: &State,
    ) -> Result<InventoryPage, SourceError> {
        let Some(missing) = missing_right(&error, &turn.class.ask.path, &turn.class.name) else {
            return Err(error);
        };
        if turn.place.pages > 0 {
            // What could be read a moment ago has not lost its path; the sync stops here and can go on.
            return Err(error);
        }
        turn.place.lost += 1;
        let mut further = self.mapping.classes.iter().skip(turn.place.class + 1);
        // A class that is read for the keys of a lookup has none without it.
        let is_hopeless =
            |class: &Class| class.each.is_some_and(|lookup| state.lost_lookups.contains(&lookup));
        let are_all_lost = usize::try_from(turn.place.lost).is_ok_and(|lost| lost > turn.place.class);
        if are_all_lost && further.all(is_hopeless) {
            return Err(error);
        }
        turn.notes.add(InventoryNoticeKind::ClassLost, &missing.lost, &missing.path);
        turn.page.partial = true;
        Ok(self.finished(turn, Some(&state.lookups)))
    }

    /// Takes what a page brought and says where the next one begins.
    fn take(
        &self,
        mut turn: Turn<'_>,
        fetched: &Fetched,
        state: &mut State,
    ) -> Result<InventoryPage, SourceError> {
        if fetched.is_past_end {
            return Ok(self.at_end(turn, &state.lookups));
        }
        let Split { envelope, items } = split(&fetched.answer.body, &turn.class.ask.items)?;
        let items = items.unwrap_or_default();
        let count = items.len() as u64;
        turn.page.bytes = fetched.answer.body.len() as u64;
        turn.note_total(total(turn.class, &envelope, &fetched.answer));
        let fresh = self.take_items(&mut turn, &items, state);
        turn.place.pages += 1;
        turn.place.came += count;
        turn.place.fresh += fresh;
        turn.place.repeats = if fresh == 0 { turn.place.repeats + 1 } else { 0 };
        let next = self.next_position(&mut turn, &envelope, &fetched.answer, count);
        let Some(next) = next else {
            return Ok(self.at_end(turn, &state.lookups));
        };
        let is_full = count >= turn.place.limit;
        let most = if count == 0 { MAX_EMPTY } else { MAX_REPEATS };
        if turn.place.repeats >= most || next == turn.place.at {
            let pages = turn.place.pages.to_string();
            // A source that does not page at all answers every page with all it has.
            let is_whole = !is_full && count > 0 && turn.place.fresh == count && next != turn.place.at;
            turn.page.partial |= !is_whole;
            if !is_whole {
                turn.notes.add(InventoryNoticeKind::PagesRepeat, &turn.class.name, &pages);
            }
            return Ok(self.finished(turn, Some(&state.lookups)));
        }
        if turn.place.pages >= self.mapping.limits.pages {
            let cap = self.mapping.limits.pages.to_string();
            turn.notes.add(InventoryNoticeKind::PageCap, &turn.class.name, &cap);
            turn.page.partial = true;
            return Ok(self.finished(turn, Some(&state.lookups)));
        }
        turn.place.at = next;
        if !matches!(turn.class.ask.paging.kind, PagingKind::Page(_)) {
            turn.place.limit = (turn.place.limit * 2).min(self.limit(turn.class.ask.paging.size));
        }
        Ok(self.finished(turn, None))
    }

    /// Ends a class and compares what came with what the source counted.
    fn at_end(&self, mut turn: Turn<'_>, lookups: &Lookups) -> InventoryPage {
        let place = &turn.place;
        if let Some(total) = place.total
            && total != place.fresh
        {
            let detail = format!("{}/{total}", place.fresh);
            turn.notes.add(InventoryNoticeKind::CountDiffers, &turn.class.name, &detail);
            turn.page.partial |= place.fresh < total;
        }
        if place.came == 0 && place.since.is_none() && place.each.is_none() {
            turn.notes.add(InventoryNoticeKind::Empty, &turn.class.name, "");
        }
        self.finished(turn, Some(lookups))
    }

    /// Closes a page; where the class ends, `ended` tells for which key it is read next, and else the next class follows.
    fn finished(&self, turn: Turn<'_>, ended: Option<&Lookups>) -> InventoryPage {
        let Turn { place, mut page, notes, class } = turn;
        page.delta = place.since.is_some() && class.delta.is_some() && !place.filter_ignored;
        page.class.clone_from(&class.name);
        page.read = place.read_before + place.fresh;
        page.of = place.of_before.zip(place.total).map(|(before, total)| before.saturating_add(total));
        page.next = match ended {
            None => Some(place),
            Some(lookups) => self.behind_class(class, &place, lookups),
        };
        sort(&mut page.part);
        page.gone.sort();
        page.notices = notes.into_vec();
        page
    }

    /// Returns the place behind the end of a class.
    fn behind_class(
        &self,
        class: &Class,
        place: &InventoryPlace,
        lookups: &Lookups,
    ) -> Option<InventoryPlace> {
        let key = class.each.zip(place.each.as_deref());
        if let Some(next) = key.and_then(|(lookup, key)| lookups.key_behind(lookup, Some(key))) {
            return Some(place.next_key(next, self.limit(class.ask.paging.size)));
        }
        let class = self.mapping.classes.get(place.class + 1)?;
        Some(place.next_class(self.limit(class.ask.paging.size)))
    }

    /// Takes the items that are not known yet, and returns how many they were.
    fn take_items(&self, turn: &mut Turn<'_>, items: &[(String, &RawValue)], state: &mut State) -> u64 {
        let workshop = self.workshop(turn.class, &state.lookups);
        let mut fresh = 0;
        for (key, raw) in items {
            let text = raw.get();
            if text.len() > self.mapping.limits.item_bytes {
                let start: String = text.chars().take(80).collect();
                let detail = format!("{}: {start}…", text.len());
                turn.notes.add(InventoryNoticeKind::ItemTooLong, &turn.class.name, &detail);
                turn.page.partial = true;
                fresh += u64::from(state.seen.insert(fingerprint(&start)));
                continue;
            }
            let item: Value = serde_json::from_str(text).unwrap_or_default();
            turn.check_delta(&item, &self.mapping.zone);
            let mut told = Notes::default();
            let converted = workshop.convert(key, &item, &mut told);
            let identity = converted.entity.as_ref().map_or(text, |entity| entity.key.as_str());
            let is_fresh = state.seen.insert(fingerprint(identity));
            turn.notes.join(if is_fresh { told } else { told.without_counts() });
            if !is_fresh {
                continue;
            }
            fresh += 1;
            turn.page.part.entities.extend(converted.entity);
            turn.page.part.dependencies.extend(converted.dependencies);
            turn.page.partial |= converted.is_cut;
            turn.page.gone.extend(converted.gone);
        }
        fresh
    }

    fn workshop<'a>(&'a self, class: &'a Class, lookups: &'a Lookups) -> Workshop<'a> {
        Workshop { class, lookups, zone: &self.mapping.zone, base: self.config.url.trim_end_matches('/') }
    }

    /// Maps items without remembering them.
    pub(super) fn convert_all(
        &self,
        class: &Class,
        items: &[(String, &RawValue)],
        lookups: &Lookups,
        part: &mut Topology,
        notes: &mut Notes,
    ) {
        let workshop = self.workshop(class, lookups);
        for (key, raw) in items {
            if raw.get().len() > self.mapping.limits.item_bytes {
                let detail = raw.get().len().to_string();
                notes.add(InventoryNoticeKind::ItemTooLong, &class.name, &detail);
                continue;
            }
            let item: Value = serde_json::from_str(raw.get()).unwrap_or_default();
            let converted = workshop.convert(key, &item, notes);
            part.entities.extend(converted.entity);
            part.dependencies.extend(converted.dependencies);
        }
    }

    /// Returns the position of the next page; `None` at the end of the class.
    fn next_position(
        &self,
        turn: &mut Turn<'_>,
        envelope: &Value,
        answer: &HttpAnswer,
        count: u64,
    ) -> Option<Position> {
        let place = &turn.place;
        // Where the source tells how many there are, a short page behind that number is the last one. A full one is
        // not: a number that is too small would hide the rest.
        let is_last =
            count == 0 || (place.total.is_some_and(|total| place.came >= total) && count < place.limit);
        match &turn.class.ask.paging.kind {
            PagingKind::None => None,
            PagingKind::Offset | PagingKind::Page(_) if is_last => None,
            PagingKind::Offset => {
                let before = if let Position::Offset(offset) = place.at { offset } else { 0 };
                Some(Position::Offset(before + count))
            }
            PagingKind::Page(first) => {
                let page = if let Position::Page(page) = place.at { page } else { *first };
                Some(Position::Page(page + 1))
            }
            PagingKind::Cursor(path) => {
                let cursor = path.first(envelope).and_then(text_of)?;
                (count > 0).then_some(Position::Cursor(cursor))
            }
            PagingKind::Next(path) => {
                let next = path.first(envelope).and_then(text_of)?;
                self.target(turn, &next)
            }
            PagingKind::Link => {
                let next = request::next_link(answer.header("link"))?.to_owned();
                self.target(turn, &next)
            }
        }
    }

    fn target(&self, turn: &mut Turn<'_>, next: &str) -> Option<Position> {
        let base = Url::parse(&self.config.url).ok()?;
        let (target, other) = request::rewritten(next, &base, &turn.class.ask.path)?;
        if let Some(other) = other.filter(|_| turn.place.pages == 1) {
            turn.notes.add(InventoryNoticeKind::PlaceRewritten, &turn.class.name, &other);
        }
        Some(Position::Target(target))
    }

    /// Reads the lookups. One that may not be read stays empty.
    pub(super) async fn load_lookups(
        &self,
        state: &mut State,
        notes: &mut Notes,
    ) -> Result<(u32, Vec<MissingInventoryRight>), SourceError> {
        (state.lookups, state.lost_lookups) = (Lookups::default(), BTreeSet::new());
        let (mut requests, mut missing) = (0, Vec::new());
        for (at, lookup) in self.mapping.lookups.iter().enumerate() {
            let mut table = LookupTable {
                name: lookup.name.clone(),
                complete: lookup.complete,
                ..LookupTable::default()
            };
            let is_whole = match self.load_lookup(lookup, state, &mut table, &mut requests, notes).await {
                Ok(is_whole) => is_whole,
                Err(error) => {
                    missing.push(missing_right(&error, &lookup.ask.path, &lookup.name).ok_or(error)?);
                    false
                }
            };
            if !is_whole || lookup.needs_one_of(&state.lost_lookups) {
                state.lost_lookups.insert(at);
            }
            state.lookups.tables.push(table);
        }
        state.lookups_are_read = true;
        Ok((requests, missing))
    }

    /// Reads a lookup, and returns whether all of it is kept.
    async fn load_lookup(
        &self,
        lookup: &Lookup,
        state: &State,
        table: &mut LookupTable,
        requests: &mut u32,
        notes: &mut Notes,
    ) -> Result<bool, SourceError> {
        // A lookup is walked like a class that makes nothing.
        let class = Class::of_lookup(lookup);
        let mut place = self.first_place(None);
        place.limit = self.limit(lookup.ask.paging.size);
        let mut rows: HashSet<u64> = HashSet::new();
        loop {
            *requests += 1;
            let request = self.request_of(&class, &place);
            let answer = match self.ask(&request).await {
                Err(SourceError::BadQuery { detail, .. })
                    if !lookup.ask.paging.past_end.is_empty()
                        && detail.contains(&lookup.ask.paging.past_end) =>
                {
                    return Ok(true);
                }
                other => other?,
            };
            let Split { envelope, items } = split(&answer.body, &lookup.ask.items)?;
            answer::check(&envelope, &self.mapping.success, &request.path)?;
            let items = items.ok_or_else(|| SourceError::NotInventory { detail: answer.in_short() })?;
            let mut fresh = 0_u64;
            for (key, raw) in &items {
                if rows.len() >= self.mapping.limits.lookup_rows {
                    let cap = self.mapping.limits.lookup_rows.to_string();
                    notes.add(InventoryNoticeKind::LookupCut, &lookup.name, &cap);
                    return Ok(false);
                }
                // A row that was there already comes from a source that does not page, or from one that moved.
                if !rows.insert(fingerprint(raw.get())) {
                    continue;
                }
                fresh += 1;
                add_row(lookup, key, raw, &state.lookups, table, self.config.url.trim_end_matches('/'));
            }
            let count = items.len() as u64;
            place.total = total(&class, &envelope, &answer);
            place.pages += 1;
            place.came += count;
            let mut turn =
                Turn { class: &class, place, page: InventoryPage::default(), notes: Notes::default() };
            let next = self.next_position(&mut turn, &envelope, &answer, count);
            place = turn.place;
            match next {
                Some(next) if fresh > 0 && next != place.at && place.pages < self.mapping.limits.pages => {
                    place.at = next;
                }
                Some(_) => return Ok(place.pages < self.mapping.limits.pages),
                None => return Ok(true),
            }
        }
    }
}

fn add_row(
    lookup: &Lookup,
    key: &str,
    raw: &RawValue,
    lookups: &Lookups,
    table: &mut LookupTable,
    base: &str,
) {
    let item: Value = serde_json::from_str(raw.get()).unwrap_or_default();
    let scene = Scene { here: &item, item: &item, key, base };
    let mut doubts = crate::cmdb::field::Doubts::default();
    let row: std::collections::BTreeMap<String, String> = lookup
        .take
        .iter()
        .map(|(name, field)| (name.clone(), field.text(scene, lookups, &mut doubts)))
        .filter(|(_, text)| !text.is_empty())
        .collect();
    for key in lookup.key.texts(scene, lookups, &mut doubts) {
        table.rows.entry(key).or_default().push(row.clone());
    }
}

/// Returns the number of all items of a class, when the answer tells it.
pub(super) fn total(class: &Class, envelope: &Value, answer: &HttpAnswer) -> Option<u64> {
    let paging = &class.ask.paging;
    let told = paging.total.as_ref().and_then(|path| path.first(envelope)).and_then(text_of);
    let told = told.and_then(|text| text.parse().ok());
    told.or_else(|| request::total_of_header(answer.header(&paging.total_header)))
}

/// Returns a number that tells items apart.
fn fingerprint(text: &str) -> u64 {
    let hash = blake3::hash(text.as_bytes());
    let (first, _) = hash.as_bytes().split_first_chunk::<8>().unwrap_or((&[0; 8], &[]));
    u64::from_le_bytes(*first)
}

impl Turn<'_> {
    fn note_total(&mut self, total: Option<u64>) {
        if let (Some(before), Some(after)) = (self.place.total, total)
            && before != after
        {
            let detail = format!("{before}/{after}");
            self.notes.add(InventoryNoticeKind::ChangedWhileRead, &self.class.name, &detail);
            // What is behind a deleted item moves forward, over the border of the pages.
            let moves = matches!(
                self.class.ask.paging.kind,
                PagingKind::Offset | PagingKind::Page(_) | PagingKind::Next(_) | PagingKind::Link
            );
            self.page.partial |= after < before && moves;
        }
        self.place.total = total.or(self.place.total);
    }

    /// Sees whether the source did as asked when only changes were wanted.
    fn check_delta(&mut self, item: &Value, zone: &jiff::tz::TimeZone) {
        let (Some(since), Some(Delta { changed, .. })) = (self.place.since, &self.class.delta) else {
            return;
        };
        if self.place.filter_ignored {
            return;
        }
        let at = changed.first(item).and_then(text_of).and_then(|text| date::read(&text, zone));
        if at.is_none_or(|at| at.plus_millis(SINCE_TOLERANCE_MS) < since.floor_to(1000)) {
            self.place.filter_ignored = true;
            self.notes.add(InventoryNoticeKind::FilterIgnored, &self.class.name, &beginning(item));
        }
    }
}

impl Fetched {
    /// Reports whether the answer names no further page.
    pub(super) fn next_is_none(&self, class: &Class) -> bool {
        let envelope =
            split(&self.answer.body, &class.ask.items).map(|split| split.envelope).unwrap_or_default();
        match &class.ask.paging.kind {
            PagingKind::None | PagingKind::Offset | PagingKind::Page(_) => true,
            PagingKind::Next(path) | PagingKind::Cursor(path) => {
                path.first(&envelope).and_then(text_of).is_none()
            }
            PagingKind::Link => request::next_link(self.answer.header("link")).is_none(),
        }
    }
}
