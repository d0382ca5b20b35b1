# Keeps a copy of what happens in events.jsonl: one event a line, the oldest first. Run it as often
# as you like; it goes on where it ended. $URL is the address of Clientele, $KEY a key that may read
# events. It needs jq.
set -eu
more=true
while [ "$more" = true ]; do
  last=$(tail -n 1 events.jsonl 2>/dev/null | jq -r .id)
  page=$(curl -sSf "$URL/v1/events?sort=created&limit=100${last:+&after=$last}" \
    -H "Authorization: Bearer $KEY")
  printf '%s' "$page" | jq -c '.data[]' >>events.jsonl
  more=$(printf '%s' "$page" | jq .has_more)
done
