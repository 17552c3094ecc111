//! The ledger as text that other programs read: Markdown and CSV.
//!
//! Owns the two formats. It must not know the page. Invariant: both hold every value that the
//! ledger shows, with "kept" and "new" in words.

use super::super::transport::stamp;
use super::super::words::reasons::reason;
use super::super::words::{Lang, ViewWords, stage as phrases, views as words};
use super::{Account, Aspect, Place, Slot, Tie};
use std::fmt::Write as _;

/// The ledger of one or two workloads as Markdown.
pub fn markdown(lang: Lang, accounts: &[&Account]) -> String {
    let table = ViewWords::of(lang);
    let name = |one: &&Account| words::workload(lang, &one.object);
    let names: Vec<String> = accounts.iter().map(name).collect();
    let mut out = format!("## {}\n\n", table.survives);
    let mut head = vec![table.column_aspect.to_owned()];
    head.extend(names.iter().cloned());
    head.push(table.column_why.to_owned());
    row(&mut out, &head);
    row(&mut out, &vec!["---".to_owned(); head.len()]);
    for aspect in Aspect::ALL {
        let mut cells = vec![words::aspect(lang, aspect).to_owned()];
        for account in accounts {
            let tally = account.tally(aspect);
            let verdict = words::verdict(lang, &tally.verdict);
            cells.push(match tally.marks.as_slice() {
                [] => verdict,
                marks => format!("{verdict} ({})", words::marks(lang, marks)),
            });
        }
        cells.push(reason(lang, aspect, accounts));
        row(&mut out, &cells);
    }
    for (account, name) in accounts.iter().zip(&names) {
        let _ = write!(out, "\n### {name}\n\n{}\n\n", words::account_note(lang, account));
        let head = columns(lang, account);
        row(&mut out, &head);
        row(&mut out, &vec!["---".to_owned(); head.len()]);
        for (place, slot) in account.slots.iter().enumerate() {
            for at in 0..slot.tenants.len() {
                row(&mut out, &line(lang, account, (place, slot), at));
            }
        }
    }
    out
}

fn row(out: &mut String, cells: &[String]) {
    for cell in cells {
        out.push_str("| ");
        out.push_str(&cell.replace('|', "\\|").replace('\n', " "));
        out.push(' ');
    }
    out.push_str("|\n");
}

fn columns(lang: Lang, account: &Account) -> Vec<String> {
    let table = ViewWords::of(lang);
    let mut columns = vec![table.column_place, table.column_state, table.column_name];
    columns.extend(account.has_dns().then_some(table.column_dns));
    columns.extend([
        table.column_ip,
        table.column_node,
        table.column_disk,
        table.column_uid,
        table.column_lived,
    ]);
    columns.into_iter().map(str::to_owned).collect()
}

fn line(lang: Lang, account: &Account, (place, slot): (usize, &Slot), at: usize) -> Vec<String> {
    let tenant = &slot.tenants[at];
    let place = numbered(lang, account, (place, slot));
    let mut cells = vec![place, words::standing(lang, tenant)];
    for cell in account.cells(slot, at) {
        let value = phrases::value(lang, &cell.value);
        cells.push(match cell.tie {
            Tie::First | Tie::Nothing => value,
            tie => format!("{value} ({})", words::tie(lang, tie)),
        });
    }
    cells.push(words::lived(lang, tenant));
    cells
}

/// A place by a number, where it has none; surge stands after the places.
fn numbered(lang: Lang, account: &Account, (at, slot): (usize, &Slot)) -> String {
    let at = if slot.place == Place::Surge { at - account.places() } else { at };
    words::numbered_place(lang, &slot.place, at)
}

/// Every Pod of the workloads as comma-separated values, one line each. The header is English in
/// both languages, for programs that read it.
pub fn csv(accounts: &[&Account]) -> String {
    let mut out = String::from(
        "kind,namespace,workload,place,state,name,name_is,dns,dns_is,ip,ip_is,node,node_is,\
         disk,disk_is,uid,from,until,ended\r\n",
    );
    for account in accounts {
        for (place, slot) in account.slots.iter().enumerate() {
            for at in 0..slot.tenants.len() {
                let fields = csv_line(account, (place, slot), at);
                let quoted: Vec<String> = fields.iter().map(|one| quote(one)).collect();
                out.push_str(&quoted.join(","));
                out.push_str("\r\n");
            }
        }
    }
    out
}

fn csv_line(account: &Account, (place, slot): (usize, &Slot), at: usize) -> Vec<String> {
    use super::Field;
    let lang = Lang::En;
    let tenant = &slot.tenants[at];
    let cells = account.cells(slot, at);
    let object = &account.object;
    // Pods that nobody made are of any namespace.
    let is_mixed = object.namespace.is_empty();
    let namespace = if is_mixed { &tenant.pod.namespace } else { &object.namespace };
    let mut fields = vec![
        object.kind.to_string(),
        namespace.to_string(),
        object.name.to_string(),
        numbered(lang, account, (place, slot)),
        words::standing(lang, tenant),
    ];
    for field in [Field::Name, Field::Dns, Field::Ip, Field::Node, Field::Disk] {
        let cell = cells.iter().find(|cell| cell.field == field);
        fields.push(cell.map_or_else(String::new, |cell| phrases::value(lang, &cell.value)));
        fields.push(cell.map_or_else(String::new, |cell| words::tie(lang, cell.tie).to_owned()));
    }
    fields.push(tenant.pod.uid.to_string());
    fields.push(stamp(tenant.from_us));
    fields.push(tenant.end_us.map_or_else(String::new, stamp));
    fields.push(tenant.done_us.map_or_else(String::new, stamp));
    fields
}

/// A field that other programs read as one: quoted where it must be, and never as a formula.
fn quote(field: &str) -> String {
    let field = if field.starts_with(['=', '+', '-', '@']) {
        format!("'{field}")
    } else {
        field.to_owned()
    };
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Incarnation, Tenant};
    use super::*;
    use crate::view::Identity;
    use crate::view::stage::{ObjectRef, PodState};

    fn db() -> Account {
        let tenant = |uid: &str, ip: &str, from_us: u64, end_us: Option<u64>| Tenant {
            pod: Incarnation {
                name: "db-1".into(),
                dns: Some("db-1.db".into()),
                dns_is_own: true,
                has_record: true,
                ip: Some(ip.into()),
                node: Some("node-2".into()),
                disks: vec!["data-db-1".into(), "logs-db-1".into()],
                uid: uid.into(),
                ..Incarnation::default()
            },
            from_us,
            deleted_us: end_us,
            end_us,
            left_us: end_us,
            done_us: None,
            state: end_us.is_none().then_some(PodState::Ready),
            ..Tenant::default()
        };
        let tenants = vec![
            tenant("3fa8d1", "10.244.2.4", 7_000_000, Some(41_000_000)),
            tenant("90c47e", "10.244.2.9", 41_200_000, None),
        ];
        let seated = tenants.into_iter().map(|one| (Some(Place::Ordinal(1)), one)).collect();
        Account {
            object: ObjectRef::new("StatefulSet", "default", "db"),
            identity: Identity::Stateful,
            is_ordered: true,
            slots: Account::seat(seated),
            ..Account::default()
        }
    }

    #[test]
    fn markdown_says_in_words_what_was_kept() {
        let text = markdown(Lang::En, &[&db()]);
        assert!(text.contains("| What | StatefulSet db | Why |"), "{text}");
        assert!(text.contains("| Name | kept (1 of 1 kept) |"), "{text}");
        let last = text.lines().last().unwrap_or_default();
        assert_eq!(
            last,
            "| 1 | Ready | db-1 (kept) | db-1.db (kept) | 10.244.2.9 (new) | node-2 (by chance) \
             | data-db-1, logs-db-1 (kept) | 90c47e (new) | 00:41 to now |"
        );
        assert!(markdown(Lang::Zh, &[&db()]).contains("db-1 (保留)"));
    }

    #[test]
    fn csv_quotes_what_holds_a_comma() {
        let text = csv(&[&db()]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3);
        assert_eq!(
            lines[2],
            "StatefulSet,default,db,1,Ready,db-1,kept,db-1.db,kept,10.244.2.9,new,node-2,\
             by chance,\"data-db-1, logs-db-1\",kept,90c47e,00:41.2,,"
        );
    }

    #[test]
    fn places_that_are_alike_have_numbers_so_that_it_is_seen_who_replaced_whom() {
        let tenant = |name: &str, from_us, left_us: Option<u64>| {
            let pod = Incarnation { name: name.into(), ..Incarnation::default() };
            (None, Tenant { pod, from_us, left_us, ..Tenant::default() })
        };
        let seated = vec![tenant("a", 1, None), tenant("b", 2, Some(5)), tenant("c", 6, None)];
        let web = Account {
            object: ObjectRef::new("Deployment", "default", "web"),
            slots: Account::seat(seated),
            ..Account::default()
        };
        let rows = csv(&[&web]);
        let places = rows.lines().skip(1).map(|line| line.split(',').nth(3).unwrap_or_default());
        assert_eq!(places.collect::<Vec<_>>(), ["any 1", "any 2", "any 2"]);
        assert!(markdown(Lang::Zh, &[&web]).contains("| 任意 2 |"));
    }

    #[test]
    fn pods_that_nobody_made_keep_their_namespace_and_stand_where_the_page_says() {
        let pod =
            Incarnation { name: "huge".into(), namespace: "shop".into(), ..Incarnation::default() };
        let tenant = Tenant { pod, ..Tenant::default() };
        let bare = Account {
            object: ObjectRef::new("Pod", "", ""),
            slots: Account::seat(vec![(Some(Place::Only("shop/huge".into())), tenant)]),
            ..Account::default()
        };
        let rows = csv(&[&bare]);
        assert!(rows.contains("\nPod,shop,,only,"), "{rows}");
        assert!(rows.contains(",none yet,"), "it may never be: {rows}");
    }

    #[test]
    fn csv_holds_no_formula() {
        assert_eq!(quote("=1+1"), "'=1+1");
        assert_eq!(quote("a \"b\""), "\"a \"\"b\"\"\"");
    }
}
