<?php
/*
 * Counts the clients on each stage of the ladder, and those that stay, from PHP.
 *
 *     php -d ffi.enable=1 stages.php /path/to/libclientela.so
 *
 * `clientela.cdef.h` is the header without macros, which PHP's parser does not know.
 */

$library = $argv[1] ?? 'libclientela.so.1';
$c = FFI::cdef(file_get_contents(__DIR__ . '/../include/clientela.cdef.h'), $library);

/** Stops where a call failed, with what the library says. */
function checked(int $status, FFI\CData $error): void
{
    global $c;
    if ($status !== $c->CLIENTELA_OK) {
        throw new RuntimeException($c->clientela_error_message($error));
    }
}

/** An array of C numbers. */
function numbers(string $type, array $values): FFI\CData
{
    global $c;
    $array = $c->new(sprintf('%s[%d]', $type, count($values)));
    foreach ($values as $i => $value) {
        $array[$i] = $value;
    }
    return $array;
}

/* Whole days since 1970-01-01, and cents. */
$days = fn(string $date): int => intdiv(strtotime($date . 'T00:00:00Z'), 86400);
$rows = [
    [1, '1997-01-10', 1250], [1, '1997-02-03', 900], [1, '1997-03-01', 4000],
    [2, '1997-01-20', 700],
    [3, '1997-02-11', 1999], [3, '1997-05-30', 2001],
];
$client = numbers('int64_t', array_column($rows, 0));
$date = numbers('int32_t', array_map($days, array_column($rows, 1)));
$amount = numbers('int64_t', array_column($rows, 2));

$sales = $c->new('clientela_sales');
$sales->size = FFI::sizeof($sales);
$sales->rows = count($rows);
$sales->client = FFI::addr($client[0]);
$sales->date = FFI::addr($date[0]);
$sales->amount = FFI::addr($amount[0]);

$error = $c->new('clientela_error *');
$ledger = $c->new('clientela_ledger *');
$snapshot = $c->new('clientela_snapshot *');
$table = $c->new('clientela_table *');
$as_of = '1997-06-30';
$status = $c->clientela_ledger_from_arrays(
    FFI::addr($sales), null, 0, FFI::addr($ledger), FFI::addr($error)
);
checked($status, $error);
$status = $c->clientela_snapshot_on(
    $ledger, $as_of, strlen($as_of), null, 0, FFI::addr($snapshot), FFI::addr($error)
);
checked($status, $error);
$status = $c->clientela_snapshot_clients($snapshot, FFI::addr($table), FFI::addr($error));
checked($status, $error);

$column = $c->new('size_t');
$data = $c->new('const char *');
$length = $c->new('size_t');
$status = $c->clientela_table_find($table, 'stage', 5, FFI::addr($column), FFI::addr($error));
checked($status, $error);
$stages = [];
for ($row = 0; $row < $c->clientela_table_rows($table); $row++) {
    $status = $c->clientela_table_name(
        $table, $column->cdata, $row, FFI::addr($data), FFI::addr($length), FFI::addr($error)
    );
    checked($status, $error);
    $stage = FFI::string($data, $length->cdata);
    $stages[$stage] = ($stages[$stage] ?? 0) + 1;
}
ksort($stages);
foreach ($stages as $stage => $count) {
    echo "$stage: $count\n";
}

/* A formula on plain values: how many of the clients at the start of a year stay. */
$answer = $c->new('clientela_text *');
$given = json_encode(['at_start' => 100, 'at_end' => 110, 'new' => 20]);
$status = $c->clientela_formula(
    'crr', 3, $given, strlen($given), null, FFI::addr($answer), FFI::addr($error)
);
checked($status, $error);
$kept = json_decode($c->clientela_text_data($answer))->retention;
echo "$kept->value $kept->unit of the clients stay\n";
$c->clientela_text_free($answer);

/* Views ask the whole base; what they answer with is a table like any other. */
$view = 'retention';
$given = json_encode(['step' => 'quarter']);
$policy = $c->new('clientela_policy *');
$json = '{"metric": {"active_within": {"days": 90}}}';
$status = $c->clientela_policy_from_json(
    $json, strlen($json), FFI::addr($policy), FFI::addr($error)
);
checked($status, $error);
$judged = $c->new('clientela_snapshot *');
$status = $c->clientela_snapshot_on(
    $ledger, $as_of, strlen($as_of), $policy, 0, FFI::addr($judged), FFI::addr($error)
);
checked($status, $error);
$quarters = $c->new('clientela_table *');
$status = $c->clientela_snapshot_view(
    $judged, $view, strlen($view), $given, strlen($given), FFI::addr($quarters), FFI::addr($error)
);
checked($status, $error);
$status = $c->clientela_table_json($quarters, FFI::addr($answer), FFI::addr($error));
checked($status, $error);
foreach (json_decode($c->clientela_text_data($answer)) as $quarter) {
    echo "quarter from $quarter->begins: $quarter->new new, $quarter->lost lost\n";
}
$c->clientela_text_free($answer);
$c->clientela_table_free($quarters);
$c->clientela_snapshot_free($judged);
$c->clientela_policy_free($policy);

/* A refusal says what is wrong. */
$policy = $c->new('clientela_policy *');
$json = '{"abc": {"a_percentage": 70}}';
$status = $c->clientela_policy_from_json(
    $json, strlen($json), FFI::addr($policy), FFI::addr($error)
);
if ($status !== $c->CLIENTELA_BAD_POLICY) {
    throw new RuntimeException("status $status");
}
echo $c->clientela_error_message($error), "\n";
$c->clientela_error_free($error);

$c->clientela_table_free($table);
$c->clientela_snapshot_free($snapshot);
$c->clientela_ledger_free($ledger);
