## Welcome and Settings.

welcome-title = No workspace is open.
welcome-lead = A workspace is one file: its samples, findings and settings. Secrets are never in it.
welcome-demo = Open the demo
welcome-demo-about = A simulated shop of 12 services and 8 days, in which checkout began to fail within the last hour and the first sign is elsewhere.
welcome-demo-cost = made here, less than a minute
welcome-making = The demo is being made.
welcome-making-now = history: { $share }; then it is scored
welcome-making-scored = history is there; scored: { $share }
welcome-new = New workspace
welcome-new-about = An empty file. Then connect a Prometheus, or drop files on it.
welcome-open = Open a file
welcome-open-about = A workspace, or data to look at: CSV, Parquet, JSON lines, OpenMetrics. For data you are first asked where its new workspace goes. Dropping it on this window does the same.
welcome-window = This window
recent-title = Recent
recent-count = { $count ->
    [one] one file
   *[other] { $count } files, newest first
}
recent-move = move
recent-filter = Filter
recent-open = Open the file
recent-file = File
recent-size = Size
recent-opened = Opened
recent-data = Data until, { $zone }
recent-said = Last finding, { $zone }
recent-note = Note
recent-nothing = none
recent-find = Find it
recent-forget = Forget
recent-foot = Size, data and findings are what each file said when it was last open here. Nothing is read until you open it.
mark-simulated = simulated
mark-fromElsewhere = from elsewhere: Follow is off
mark-networkShare = network share: saves more slowly
mark-missing = not at this path
leaves-title = Leaves this machine
leaves-about = No account, no update check, no telemetry. Requests go only to sources that you added, and only while their workspace is open.
leaves-elsewhere = { $bytes } elsewhere
secrets-title = Secrets
keychain-system = The system keychain answers.
keychain-system-note = Tokens and passwords are kept there, never in a workspace.
keychain-memory = No system keychain answers here.
keychain-memory-note = Tokens are kept in memory until you quit, and asked for again.
cli-title = Without a window
cli-about = The same steps and the same file, over ssh or in a script.
set-language = Language
set-theme = Theme
set-text = Text size
set-zone = Time zone
set-system = System
set-dark = Dark
set-light = Light
set-local = Local
settings-none = Nothing has gone anywhere but to your sources.
settings-some = { $bytes } have gone to others than your sources.
settings-at-once = Changes here take effect at once and can be undone.
settings-travels = travels with the workspace; the rest stays here
settings-reading = Reading
settings-following = Following
settings-every = New samples every
settings-stale = Stale after
settings-stale-value = two intervals without an answer
settings-change-secret = Change
settings-storage = Storage
settings-storage-of = Storage of { $name }
settings-path = File
settings-series = Series
settings-samples = Samples
settings-per-sample = Size of a sample
settings-bytes-a-sample = { $bytes } B, all of the file counted
settings-period = Data
settings-keep = Keep
settings-keep-about = per source
settings-source-series = { $count ->
    [one] one series
   *[other] { $series } series
}
settings-always = always
settings-no-sources = No source yet.
settings-no-workspace = No workspace is open, so there is nothing to store.
settings-keys = Keys
settings-keys-any = on any screen
settings-about = About
settings-version = Wardroom { $version }
