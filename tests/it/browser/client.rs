//! A small client for Chromium over `--remote-debugging-pipe` (the Chrome DevTools Protocol as JSON, each message ended by a NUL, in
//! on file descriptor 3 and out on 4). A shell puts the pipes of a child there, for which Rust would need unsafe code.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A browser on a machine with other things to do answers late, but not never.
const PATIENCE: Duration = Duration::from_secs(180);

/// One browser at a time: tests run in parallel, and each of several would be slow.
static TURN: Mutex<()> = Mutex::new(());

/// A running browser; it ends with this value.
pub struct Browser {
    child: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    next: u64,
    _profile: tempfile::TempDir,
    _turn: MutexGuard<'static, ()>,
}

/// A tab, with the events that it sent.
pub struct Page {
    browser: Browser,
    session: String,
    events: Vec<Value>,
}

/// The browser: `SUPERCARGO_CHROMIUM`, else `chromium` of the path. `None` where it is absent, which is said, and fails under `CI`.
pub fn start() -> Option<Page> {
    let program = std::env::var("SUPERCARGO_CHROMIUM").unwrap_or_else(|_| "chromium".into());
    let found = Command::new("sh").args(["-c", "command -v \"$0\" >/dev/null", &program]).status();
    if !found.is_ok_and(|s| s.success()) {
        assert!(std::env::var_os("CI").is_none(), "{program} is absent");
        std::io::stderr().write_all(b"skipped: no chromium to look at the report with\n").unwrap();
        return None;
    }
    Some(Browser::start(&program).page())
}

impl Browser {
    fn start(program: &str) -> Browser {
        // A test that failed while it had the browser says nothing about the next.
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let profile = tempfile::TempDir::new().unwrap();
        let mut child = Command::new("sh")
            .args(["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 0</dev/null 1>/dev/null 2>/dev/null", program])
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"])
            .args(["--disable-component-update", "--disable-sync", "--no-first-run", "--disable-dev-shm-usage"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .args(["--remote-debugging-pipe", "about:blank"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let output = child.stdout.take().unwrap();
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            let frames = BufReader::new(output).split(0);
            for frame in frames.map_while(Result::ok) {
                let message = serde_json::from_slice(&frame).expect("the browser speaks JSON");
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let input = child.stdin.take().unwrap();
        Browser { child, input, messages, next: 0, _profile: profile, _turn: turn }
    }

    fn page(mut self) -> Page {
        let mut events = Vec::new();
        let target = self.call(None, "Target.createTarget", json!({"url": "about:blank"}), &mut events);
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let attached = self.call(None, "Target.attachToTarget", attach, &mut events);
        let session = attached["sessionId"].as_str().unwrap().to_string();
        let mut page = Page { browser: self, session, events: Vec::new() };
        for domain in ["Page", "Runtime", "Network", "Log"] {
            page.call(&format!("{domain}.enable"), json!({}));
        }
        page
    }

    fn call(&mut self, session: Option<&str>, method: &str, params: Value, events: &mut Vec<Value>) -> Value {
        self.next += 1;
        let mut message = json!({"id": self.next, "method": method, "params": params});
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.input.write_all(&bytes).expect("the browser listens");
        loop {
            let message = self.messages.recv_timeout(PATIENCE).unwrap_or_else(|e| panic!("{method}: {e}"));
            if message["id"] == self.next {
                assert!(message.get("error").is_none(), "{method}: {}", message["error"]);
                return message["result"].clone();
            }
            events.push(message);
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Page {
    /// A method of the protocol.
    pub fn call(&mut self, method: &str, params: Value) -> Value {
        let session = self.session.clone();
        self.browser.call(Some(&session), method, params, &mut self.events)
    }

    /// Opens a document and waits until it is painted; `fragment` comes with its `#`. The milliseconds from the start of the navigation.
    pub fn open(&mut self, file: &Path, fragment: &str) -> f64 {
        let url = format!("file://{}{fragment}", file.display());
        // From another document, so that it is loaded anew and not scrolled.
        self.call("Page.navigate", json!({"url": "about:blank"}));
        self.call("Page.navigate", json!({"url": url}));
        self.eval(
            "(async () => {
                while (document.readyState !== 'complete' || location.protocol !== 'file:') await new Promise((r) => setTimeout(r, 5));
                await new Promise((r) => requestAnimationFrame(() => setTimeout(r, 0)));
                return performance.now();
            })()",
        )
        .as_f64()
        .expect("a time")
    }

    /// What an expression comes to, promises awaited.
    #[track_caller]
    pub fn eval(&mut self, expression: &str) -> Value {
        let params = json!({"expression": expression, "awaitPromise": true, "returnByValue": true});
        let result = self.call("Runtime.evaluate", params);
        assert!(result.get("exceptionDetails").is_none(), "{}", result["exceptionDetails"]);
        result["result"]["value"].clone()
    }

    /// Milliseconds of processor time that the page's thread has taken in all.
    pub fn worked(&mut self) -> f64 {
        let metrics = self.call("Performance.getMetrics", json!({}));
        let of = |name: &str| metrics["metrics"].as_array()?.iter().find(|m| m["name"] == name)?["value"].as_f64();
        of("TaskDuration").expect("a metric") * 1_000.0
    }

    /// The media type and colour scheme that the page is shown for.
    pub fn media(&mut self, media: &str, scheme: &str) {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.call("Emulation.setEmulatedMedia", json!({"media": media, "features": features}));
    }

    /// The size of the window.
    pub fn size(&mut self, width: u32, height: u32) {
        let params = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", params);
    }

    /// The events of a kind so far.
    pub fn events(&mut self, method: &str) -> Vec<Value> {
        self.call("Runtime.evaluate", json!({"expression": "0"}));
        self.events.iter().filter(|e| e["method"] == method).map(|e| e["params"].clone()).collect()
    }
}
