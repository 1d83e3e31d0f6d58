//! A progress bar on a terminal, nothing elsewhere.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal, stderr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use supercargo::Progress;

/// Shows a scan's progress until it is dropped.
pub struct Shown {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// How often the bar is drawn.
const TICK: Duration = Duration::from_millis(100);

/// Begins to show it, where stderr is a terminal.
pub fn show(progress: &Arc<Progress>, quiet: bool) -> Option<Shown> {
    if quiet || !stderr().is_terminal() {
        return None;
    }
    let (progress, stop) = (progress.clone(), Arc::new(AtomicBool::new(false)));
    let stopped = stop.clone();
    let thread = std::thread::spawn(move || {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
        let sized = ProgressStyle::with_template("{spinner} {msg:10} [{bar:30}] {bytes}/{total_bytes} {elapsed}");
        let open = ProgressStyle::with_template("{spinner} {msg:10} {bytes} {elapsed}");
        while !stopped.load(Ordering::Relaxed) {
            let total = progress.total.load(Ordering::Relaxed);
            if let Ok(style) = if total > 0 { &sized } else { &open } {
                bar.set_style(style.clone());
            }
            bar.set_length(total);
            bar.set_position(progress.done.load(Ordering::Relaxed));
            let stage = ["opening", "layers", "packages", "licences", "done"];
            bar.set_message(stage[progress.stage.load(Ordering::Relaxed).min(stage.len() - 1)]);
            bar.tick();
            std::thread::park_timeout(TICK);
        }
        bar.finish_and_clear();
    });
    Some(Shown { stop, thread: Some(thread) })
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}
