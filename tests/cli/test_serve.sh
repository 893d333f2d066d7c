#!/usr/bin/env bash
# The viewer's server, driven over loopback by a Python script (standard library only): every route, what-ifs, and malformed, slow, huge and hostile
# requests while others are answered.
here=$(realpath "$(dirname "$0")")
. "$here/lib.sh"
cp -r "$two" base && mkdir base/whatif
border='    neighbour: Mereland\n    tolerated: 500\n    border:\n      - {from: 2030-05-01, people: limited, soldiers: closed, armed: open, quota_per_day: 20, known_on: 2030-04-30, source: "made up"}'
sed -i "s|^  - id: neighbour\$|&\n$border|" base/scenario.yml
printf 'format: 1\ntitle: No feast\nwhy: "made up"\ncalendar:\n  - {id: feast, remove: true}\n' >base/whatif/no-feast.yml
printf 'format: 1\ntitle: A short run\nwhy: "made up"\nuntil: 2030-06-30\n' >base/whatif/short.yml
mkdir -p case/input case/validation
printf '#name,region,country,gps_x,gps_y,location_type,conflict_date,pop/cap\nA,r,X,0,0,conflict_zone,0,5000\nB,r,X,0,1,camp,,0\nC,r,Y,0,2,camp,,900\n' >case/input/locations.csv
printf '#a,b,km,r\nA,B,100,0\nA,C,300,0\n' >case/input/routes.csv
printf '#Day,A\n0,1\n1,1\n2,1\n3,1\n' >case/input/conflicts.csv
printf 'StartDate,2020-01-01\nLength,4\n' >case/input/sim_period.csv
printf 'total,total.csv\nB,b.csv\nC,c.csv\n' >case/validation/data_layout.csv
printf '2020-01-01,5\n2020-01-04,600\n' >case/validation/b.csv
printf '2020-01-01,0\n2020-01-04,300\n' >case/validation/c.csv
printf '2020-01-01,5\n2020-01-04,900\n' >case/validation/total.csv
# SERVE_CLAIMS: only these claims; SERVE_TIMES: with their times
/usr/bin/python3 "$here/serve.py" "$holdout" ${SERVE_CLAIMS:-}
