//! The HTML report in Chromium: how fast it is, who can read it, what it does with hostile texts, what it asks of the network, and
//! that its controls work. Without Chromium these tests say so; without axe-core (`SUPERCARGO_AXE` names its `axe.min.js`, `.ci/run`
//! fetches it) that one does. Under `CI` both fail then.

mod client;
mod report;

use client::Page;
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;
use supercargo::emit::html::{self, HtmlOptions};
use supercargo::model::Report;
use tempfile::TempDir;

/// How many times a limit a measurement may be on a machine that has other things to do.
const NOISE: f64 = 5.0;

fn write(dir: &TempDir, report: &Report) -> PathBuf {
    let mut bytes = Vec::new();
    html::write(report, &HtmlOptions::default(), &mut bytes).unwrap();
    crate::support::write(dir.path(), "report.html", bytes)
}

/// A page with the report open.
fn opened(report: &Report, fragment: &str) -> Option<(TempDir, PathBuf, Page)> {
    let mut page = client::start()?;
    let dir = TempDir::new().unwrap();
    let file = write(&dir, report);
    page.size(1400, 900);
    page.open(&file, fragment);
    Some((dir, file, page))
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

fn say(words: &str) {
    std::io::stderr().write_all(format!("{words}\n").as_bytes()).unwrap();
}

#[test]
fn five_thousand_packages_open_and_filter_quickly() {
    let Some((dir, file, mut page)) = opened(&report::large(5_000), "") else { return };
    let empty = crate::support::write(dir.path(), "empty.html", "<!DOCTYPE html><title>empty</title><p>nothing");
    let (mut ready, mut nothing, mut work) = (Vec::new(), Vec::new(), Vec::new());
    // The page's own processor time is what other processes do not disturb.
    page.call("Performance.enable", json!({"timeDomain": "threadTicks"}));
    for _ in 0..3 {
        nothing.push(page.open(&empty, ""));
        let before = page.worked();
        ready.push(page.open(&file, ""));
        work.push(page.worked() - before);
    }
    let (ready, nothing, work) = (median(ready), median(nothing), median(work));
    // Each key of a word, until the frame after it is done.
    let keys = page.eval(
        "(async () => {
            const frame = () => new Promise((r) => requestAnimationFrame(() => setTimeout(r, 0)));
            document.getElementById('packages').scrollIntoView();
            await frame();
            const input = document.getElementById('filter'), times = [];
            for (const words of ['j', 'js', 'jso', 'json', 'json-', 'json-c', 'json-c-4', 'json', 'js', '', 'deny', '']) {
                const start = performance.now();
                input.value = words;
                input.dispatchEvent(new Event('input'));
                await frame();
                times.push(performance.now() - start);
            }
            return times;
        })()",
    );
    let keys: Vec<f64> = keys.as_array().unwrap().iter().filter_map(Value::as_f64).collect();
    let each: Vec<String> = keys.iter().map(|k| format!("{k:.0}")).collect();
    let key = median(keys);
    let size = std::fs::metadata(&file).unwrap().len() / 1024;
    let elements = page.eval("document.getElementsByTagName('*').length");
    say(&format!(
        "5,000 packages: {size} KiB, {elements} elements, ready in {ready:.0} ms ({:.0} times an empty page's {nothing:.0} ms; {work:.0} ms of processor time), a key {key:.0} ms ({})",
        ready / nothing.max(1.0),
        each.join(" ")
    ));
    assert!(work < 2_000.0 * 1.5, "{work:.0} ms of processor time");
    assert!(ready < 2_000.0 * NOISE, "ready in {ready:.0} ms");
    assert!(key < 100.0 * NOISE, "a key takes {key:.0} ms");
}

#[test]
fn nobody_is_kept_out_in_light_dark_narrow_or_print() {
    let axe = std::env::var_os("SUPERCARGO_AXE").map(PathBuf::from).and_then(|p| std::fs::read_to_string(p).ok());
    let Some(axe) = axe else {
        assert!(std::env::var_os("CI").is_none(), "axe-core is absent: SUPERCARGO_AXE must name its axe.min.js");
        say("skipped: no axe-core to test the report with (SUPERCARGO_AXE names its axe.min.js)");
        return;
    };
    let mut report = report::large(60);
    report.issues = report::hostile().issues;
    let Some((_dir, file, mut page)) = opened(&report, "") else { return };
    for (media, scheme, width) in
        [("screen", "light", 1400), ("screen", "dark", 1400), ("screen", "light", 420), ("print", "light", 1000)]
    {
        page.media(media, scheme);
        page.size(width, 900);
        page.open(&file, "");
        page.eval("document.querySelectorAll('details').forEach((d) => { d.open = true; })");
        page.eval(&format!("{axe}; 0"));
        let violations = page.eval(
            "axe.run(document, { resultTypes: ['violations'] }).then((r) => r.violations.map((v) =>
                v.id + ': ' + v.help + ' ' + v.nodes.slice(0, 3).map((n) => n.html + ' ' + n.failureSummary).join(' | ')))",
        );
        assert_eq!(violations, json!([]), "{media}, {scheme}, {width} wide: {violations:#}");
    }
}

#[test]
fn hostile_texts_run_nothing_and_nothing_leaves_the_page() {
    let Some((_dir, file, mut page)) = opened(&report::hostile(), "#packages?q=gpj") else { return };
    // Whatever a reader can do to it.
    page.eval(
        "(async () => {
            document.querySelectorAll('details').forEach((d) => { d.open = true; });
            await new Promise((r) => setTimeout(r, 50));
            document.querySelectorAll('button').forEach((b) => b.click());
            document.querySelectorAll('td, th, span, p, a').forEach((e) => e.dispatchEvent(new MouseEvent('mouseover', { bubbles: true })));
            for (const select of document.querySelectorAll('select')) { select.selectedIndex = 1; select.dispatchEvent(new Event('change')); }
            await new Promise((r) => setTimeout(r, 400));
        })()",
    );
    assert_eq!(page.eval("window.ran ?? null"), Value::Null, "a text of the image ran");
    assert_eq!(page.eval("document.scripts.length"), 1);
    assert_eq!(page.eval("document.querySelectorAll('img, iframe, object, link, form, base').length"), 0);
    assert_eq!(page.eval("document.querySelectorAll('a[href^=\"javascript:\"]').length"), 0);
    assert!(page.events("Page.javascriptDialogOpening").is_empty());
    let exceptions = page.events("Runtime.exceptionThrown");
    assert!(exceptions.is_empty(), "{exceptions:#?}");
    let address = format!("file://{}", file.display());
    let requests: Vec<String> = page
        .events("Network.requestWillBeSent")
        .iter()
        .filter_map(|e| e["request"]["url"].as_str().map(str::to_string))
        .filter(|url| *url != address && url != "about:blank")
        .collect();
    assert!(requests.is_empty(), "{requests:?}");
    // What the policy had to stop would stand here.
    let log: Vec<Value> = page.events("Log.entryAdded");
    assert!(log.is_empty(), "{log:#?}");
}

#[test]
fn the_register_is_filtered_sorted_and_its_state_is_in_the_address() {
    let Some((_dir, file, mut page)) = opened(&report::large(300), "") else { return };
    let shown = "Array.from(document.querySelectorAll('.register tr[id]')).filter((r) => !r.hidden).length";
    assert_eq!(page.eval(shown), 300);
    page.eval("(() => { const f = document.getElementById('filter'); f.value = 'json-c agpl'; f.dispatchEvent(new Event('input')); })()");
    let found = page.eval(shown).as_u64().unwrap();
    assert!(found > 0 && found < 30, "{found}");
    assert_eq!(page.eval("document.getElementById('count').textContent"), format!("{found} of 300 packages"));
    page.eval("new Promise((r) => setTimeout(r, 600))");
    assert_eq!(page.eval("location.hash"), "#packages?q=json-c+agpl");
    // The same from the address, with facets and an order.
    page.open(&file, "#packages?q=json-c&class=network-copyleft&state=present&origin=app&sort=-layer");
    let layers = page.eval(
        "Array.from(document.querySelectorAll('.register tr[id]')).filter((r) => !r.hidden).map((r) => r.cells[6].textContent)",
    );
    let layers: Vec<&str> = layers.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(layers.len() > 1 && layers.is_sorted_by(|a, b| a >= b) && layers.contains(&"3 app"), "{layers:?}");
    assert!(layers.iter().all(|l| l.ends_with("app")), "{layers:?}");
    // A link to a row that is filtered away shows it.
    page.open(&file, "#packages?q=nothing-is-called-so");
    assert_eq!(page.eval(shown), 0);
    let id = page.eval("document.querySelector('.register tr[id]').id");
    let target = page.eval(&format!(
        "(async () => {{ location.hash = '#' + {id}; await new Promise((r) => setTimeout(r, 100)); const row = document.getElementById({id});
            const box = row.getBoundingClientRect(); return !row.hidden && box.top >= 0 && box.top < innerHeight; }})()"
    ));
    assert_eq!(target, true, "{id}");
    assert_eq!(page.eval(shown), 300);
    // A class is ordered by what it asks, not by its name.
    page.open(&file, "#packages?sort=-class");
    assert_eq!(page.eval("document.querySelector('.register tr[id]').cells[5].textContent"), "unknown");
    page.open(&file, "#packages?sort=class");
    assert_eq!(page.eval("document.querySelector('.register tr[id]').cells[5].textContent"), "permissive");
    page.eval("document.querySelectorAll('.sort')[6].click()");
    assert_eq!(page.eval("document.querySelectorAll('.register thead th')[6].getAttribute('aria-sort')"), "ascending");
}

#[test]
fn rows_and_findings_are_copied_as_markdown() {
    let mut large = report::large(20);
    if let Some(package) = large.packages.first_mut() {
        package.name = "a|b<c>*d*".into();
    }
    let Some((_dir, _file, mut page)) = opened(&large, "") else { return };
    page.eval(
        "Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (t) => { window.copied = t; } } })",
    );
    page.eval(
        "(async () => { const fold = document.querySelector('.register details'); fold.open = true;
            await new Promise((r) => setTimeout(r, 50)); fold.querySelector('.copy').click(); })()",
    );
    let row = page.eval("window.copied").as_str().unwrap().to_string();
    assert!(row.starts_with("**a\\|b\\<c\\>\\*d\\* 1.0\\-2\\+deb12u0** `` pkg:deb/debian/libssl-0@"), "{row}");
    assert!(row.contains("- Concluded: MIT\n") && row.contains("- Verdict: allow\n"), "{row}");
    page.eval("document.querySelector('.finding .copy').click()");
    let finding = page.eval("window.copied").as_str().unwrap().to_string();
    assert!(finding.starts_with("**deny ") && finding.contains("- Rule: copyleft, policy.toml:12"), "{finding}");
    assert!(finding.contains("To clear it: take another package"), "{finding}");
}

/// The address of a finding outlives its place: it leads into the block that it stands in now, and opens that.
#[test]
fn a_link_to_a_finding_opens_the_block_that_holds_it() {
    let Some((_dir, file, mut page)) = opened(&report::large(400), "") else { return };
    let folded = "document.querySelector('.members:not([open]) li:last-child')";
    let id = page.eval(&format!("{folded}.id")).as_str().unwrap().to_string();
    assert!(id.starts_with("f-"), "{id}");
    page.open(&file, &format!("#{id}"));
    let seen = page.eval(&format!(
        "(async () => {{ await new Promise((r) => setTimeout(r, 200)); const row = document.getElementById('{id}');
            const box = row.getBoundingClientRect();
            return row.closest('details').open && box.height > 0 && box.top >= 0 && box.top < innerHeight; }})()"
    ));
    assert_eq!(seen, true, "{id}");
    // The block is copied with all that stand in it.
    page.eval(
        "Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (t) => { window.copied = t; } } })",
    );
    page.eval(&format!("document.getElementById('{id}').closest('.finding').querySelector('.copy').click()"));
    let copied = page.eval("window.copied").as_str().unwrap().to_string();
    let count = page.eval(&format!("document.getElementById('{id}').parentElement.children.length")).as_u64().unwrap();
    assert_eq!(copied.matches(" (#f-").count() as u64, count, "{copied}");
    assert!(copied.contains(&format!("(#{id})")) && count > 15, "{copied}");
}

#[test]
fn without_scripts_the_report_is_whole() {
    let Some((_dir, file, mut page)) = opened(&report::large(100), "") else { return };
    page.call("Emulation.setScriptExecutionDisabled", json!({"value": true}));
    page.call("Page.navigate", json!({"url": format!("file://{}?", file.display())}));
    // Without scripts the page cannot say when it is there.
    let dom = (0..600).find_map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        let dom = page.call("DOM.getDocument", json!({"depth": -1})).to_string();
        dom.contains("not legal advice").then_some(dom)
    });
    let dom = dom.expect("the document");
    assert_eq!(dom.matches("\"pkg-").count(), 100);
    assert!(dom.contains("some-source") && !dom.contains("\"copy\""));
}

/// What comes out on paper: pages of two formats, with running heads (kept where `SUPERCARGO_PDF` says, for eyes).
#[test]
fn it_prints() {
    let Some((_dir, _file, mut page)) = opened(&report::large(150), "") else { return };
    let printed = page.call("Page.printToPDF", json!({"preferCSSPageSize": true, "printBackground": false}));
    use base64::Engine;
    let pdf = base64::engine::general_purpose::STANDARD.decode(printed["data"].as_str().unwrap()).unwrap();
    assert!(pdf.starts_with(b"%PDF-"));
    if let Some(place) = std::env::var_os("SUPERCARGO_PDF") {
        std::fs::write(place, &pdf).unwrap();
    }
    let words = String::from_utf8_lossy(&pdf);
    let pages = words.matches("/Type /Page\n").count();
    assert!((8..200).contains(&pages), "{pages} pages");
    for format in ["/MediaBox [0 0 594.", "/MediaBox [0 0 841."] {
        assert!(words.contains(format), "no page of {format}");
    }
}
