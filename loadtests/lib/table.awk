# Lines of runs.tsv to a table: medians of both servers and the ratio of each pair.
function sorted(list, n,   i, j, t) { for (i = 2; i <= n; i++) for (j = i; j > 1 && list[j] < list[j - 1]; j--) { t = list[j]; list[j] = list[j - 1]; list[j - 1] = t } }
function median(side, column,   i, n, list) { n = count[scenario, side]; for (i = 1; i <= n; i++) list[i] = cell[scenario, side, column, i]; sorted(list, n); return list[int((n + 1) / 2)] }
function ratio(column,   i, n, list) {
  n = count[scenario, "ours"]
  for (i = 1; i <= n; i++) list[i] = cell[scenario, "ours", column, i] / (cell[scenario, "floor", column, i] + 1e-9)
  sorted(list, n)
  return sprintf("%.2f (%.2f to %.2f)", list[int((n + 1) / 2)], list[1], list[n])
}
function both(column, format) { return sprintf(format " / " format, median("ours", column), median("floor", column)) }
{
  if (!($1 in seen)) { seen[$1] = 1; order[++scenarios] = $1 }
  n = ++count[$1, $2]
  for (i = 3; i <= NF; i++) cell[$1, $2, i, n] = $i
}
END {
  print "| scenario | requests/s | ratio | p50 us | p99 us | p99 ratio | CPU us/request | CPU ratio | bytes allocated/request | resident MB |"
  print "|---|---|---|---|---|---|---|---|---|---|"
  for (s = 1; s <= scenarios; s++) {
    scenario = order[s]
    printf "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", scenario, both(3, "%.0f"), ratio(3), both(4, "%.0f"), both(5, "%.0f"), ratio(5), both(6, "%.1f"), ratio(6), both(7, "%.0f"), both(8, "%.0f")
  }
}
