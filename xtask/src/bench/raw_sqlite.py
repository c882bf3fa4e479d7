"""The writes of a payment by Python's sqlite3, synchronous=FULL: a transaction each, then 216 a commit."""
import os, random, sqlite3, sys, tempfile, time

folder = tempfile.mkdtemp(prefix="ansinh-raw-")
db = sqlite3.connect(os.path.join(folder, "raw.db"), isolation_level=None)
db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;")
db.executescript(open(sys.argv[1]).read())
order = [commune * 556 + n for n in range(555) for commune in range(216) if commune * 556 + n < 120_000]
at = iter(order)
number = iter(range(1, 10**9))


def pay():
    one = next(at)
    db.execute("UPDATE entitlements SET paid_dong = 1500000, pay_state = 'paid', entries = 1 "
               "WHERE id = ? AND entries = 0", (one,))
    n = next(number)
    db.execute("INSERT INTO payment_entries VALUES (?, ?, 1, 1500000, '2020-05-20', ?, '2020-05-20T08:00:00Z')",
               (n, one, f"x{one // 556}"))
    db.execute("INSERT INTO audit_entries VALUES (?, '2020-05-20T08:00:00Z', 'payment.record', ?, "
               "'{\"kind\":\"paid\",\"amount_dong\":1500000}')", (n, str(one)))


for each in (1, 216):
    begin, done = time.perf_counter(), 0
    while time.perf_counter() - begin < 4 and done < 50_000:
        db.execute("BEGIN IMMEDIATE")
        for _ in range(each):
            pay()
        db.execute("COMMIT")
        done += each
    took = time.perf_counter() - begin
    print(f"  {each:3} a commit: {done / took:.0f} payments/s")
db.close()
for name in os.listdir(folder):
    os.remove(os.path.join(folder, name))
os.rmdir(folder)
