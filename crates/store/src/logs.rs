//! Log records: compressed blocks, the rows before them, an index of their words, and reads that merge all of it.
//!
//! Records come as rows of a tail and are sealed into blocks of up to 8,192 of one source, sorted by time ([`seal`]). A
//! block has four parts that are read as they are needed ([`block`]); its texts are taken apart into wordings and
//! variables ([`texts`]). A question is asked of the index first ([`plan`], [`find`], [`terms`]), then of the words of the
//! blocks that are left, and last of single records ([`scan`]). Messages and fields are unpacked no further than it needs:
//! values that do not repeat stand apart from all that most questions ask for ([`frames`], [`long`]). The blocks that come
//! next are read while others are searched ([`read`]).
//!
//! Measured on ten million generated lines of fifteen kinds (166 bytes each as text; a quarter with four or five fields,
//! all numbers, addresses and identities random), two cores that others used too, before values that repeat were written
//! once ([`apart`]); milliseconds of CPU a query with a warm cache of the system; a page has 200 records:
//!
//! | what | |
//! |---|---|
//! | stored bytes per byte of text, index included | 0.120 (0.124 of the file) |
//! | of these: messages, fields, short columns, index, times | 0.058, 0.025, 0.013, 0.019, 0.004 |
//! | real lines of eight systems, one block each | 0.022 to 0.133; 24,000 lines of syslog 0.040 |
//! | append in calls of 50,000 | 258,000 lines a CPU second |
//! | first page without a question; of a frequent word; of a phrase | 7, 8, 11 |
//! | first page of a word in one record; in none; of one of two rare words | 10, 5, 16 |
//! | first page of a word in ten records of ten blocks; of an address | 109, 77 |
//! | first page of `field: value`; of `service: a and level >= error` | 10, 64 |
//! | a part of a word (`zebra*`), which no index knows: all blocks | 1,400 to 2,400 |
//! | counts in 40 bins; in 2,000 bins; of one service; of a frequent word | 30, 550, 370, 2,300 |
//!
//! Filters as one row for each block would mean 1,400 rows of 22 kB, 31 MB, for each question; laid beside each other by
//! segment, a word costs 22 rows of 22 kB ([`terms`]).

pub(crate) mod apart;
pub(crate) mod block;
pub(crate) mod bytes;
pub(crate) mod count;
pub(crate) mod fields;
pub(crate) mod find;
pub(crate) mod frames;
pub(crate) mod head;
pub(crate) mod intake;
pub(crate) mod lengths;
pub(crate) mod limits;
pub(crate) mod long;
pub(crate) mod plan;
pub(crate) mod read;
pub(crate) mod recount;
pub(crate) mod scan;
pub(crate) mod seal;
pub(crate) mod sizes;
pub(crate) mod terms;
pub(crate) mod texts;
pub(crate) mod values;
pub(crate) mod verify;
pub(crate) mod words;
