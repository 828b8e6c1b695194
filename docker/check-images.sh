#!/usr/bin/env bash
# Usage: docker/check-images.sh, after npm ci
#
# Builds all images and runs them: with Docker and its compose plugin the whole of compose.yaml,
# otherwise with buildah each app by itself, as root, on a PostgreSQL that the workspace starts (or
# the empty database in DATABASE_OWNER_URL) and on Redis where redis-server is installed.
# Ends with "N passed, N failed". Exit code 2: there was nothing to check with.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit
PATH=$PWD/node_modules/.bin:$PATH

APPS=(api send-worker event-worker)
passed=0
failed=0
place=$(mktemp -d)
log=$place/log
started=()

check() { # check <what> <command…>
  local what=$1 begun=$SECONDS
  shift
  if "$@" > "$log" 2>&1; then
    passed=$((passed + 1))
    echo "ok      $what ($((SECONDS - begun)) s)"
  else
    failed=$((failed + 1))
    echo "FAILED  $what"
    tail -n 40 "$log" | sed 's/^/        /'
    return 1
  fi
}

finish() {
  echo "$passed passed, $failed failed"
  ((failed == 0 && passed > 0))
  exit
}

nothing() {
  echo "check-images: nothing was checked: $*" >&2
  exit 2
}

# ---- The files ----------------------------------------------------------------------------------

# The apps' Dockerfiles are one text but for name, ports and description.
neutral() {
  sed -E "s/$1/APP/g; s/^(ENV .* HEALTH_PORT=|EXPOSE ).*/\1/; s/(image\.description=).*/\1/" \
    "docker/$1.Dockerfile"
}
same_text() { diff <(neutral "${APPS[0]}") <(neutral "$1"); }

# Every variable of compose.yaml stands in .env.example, and the other way round.
same_variables() {
  diff <(grep -oE '[$][{][A-Z_]+' docker/compose.yaml | cut -c 3- | sort -u) \
    <(sed -nE 's/^#?([A-Z_]+)=.*/\1/p' docker/.env.example | sort -u)
}

settings() {
  node --input-type=module - << 'JS'
import { generateKeyPairSync, randomBytes } from 'node:crypto';
const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const hex = () => randomBytes(24).toString('hex');
const settings = {
  POSTGRES_PASSWORD: hex(),
  API_DB_PASSWORD: hex(),
  WORKER_DB_PASSWORD: hex(),
  SENDGRID_API_KEY: 'SG.nothing-is-sent',
  // Nobody listens there: a check must not reach anyone.
  SENDGRID_BASE_URL: 'http://127.0.0.1:9',
  SENDGRID_WEBHOOK_PUBLIC_KEY: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  PUBLIC_URL: 'http://127.0.0.1',
  UNSUBSCRIBE_SECRET: `k1:${randomBytes(33).toString('base64')}`,
  ERASURE_SECRET: randomBytes(33).toString('base64'),
};
for (const [name, value] of Object.entries(settings)) console.log(`${name}=${value}`);
JS
}

free_port() {
  node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'
}

answers() { # answers <url>: 200 within 60 s
  local deadline=$((SECONDS + 60))
  until node -e 'fetch(process.argv[1]).then(({status})=>process.exit(status===200?0:1),()=>process.exit(1))' "$1"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.5
  done
}

says() { # says <text> <command…>: fails, and says so
  local text=$1 output
  shift
  if output=$("$@" 2>&1); then
    echo "ended with 0: $output"
    return 1
  fi
  grep -F -- "$text" <<< "$output" || { echo "$output"; return 1; }
}

# ---- With Docker --------------------------------------------------------------------------------

check_with_docker() {
  settings > "$place/env"
  local port
  port=$(free_port)
  echo "API_PORT=$port" >> "$place/env"
  echo 'CADENZA_VERSION=check' >> "$place/env"
  compose=(docker compose --project-name cadenza-check --env-file "$place/env" --file docker/compose.yaml)
  check 'compose.yaml is valid' "${compose[@]}" --profile cli config --quiet || finish
  check 'the images are built' "${compose[@]}" build || finish
  started+=(stack)
  check 'everything starts, migrates and is healthy' \
    "${compose[@]}" up --detach --wait --wait-timeout 240 || "${compose[@]}" logs --tail 30
  check 'the API answers /healthz' answers "http://127.0.0.1:$port/healthz"
  check 'the API answers /readyz' answers "http://127.0.0.1:$port/readyz"
  check 'migrating again changes nothing' "${compose[@]}" run --rm migrate
  for app in "${APPS[@]}"; do
    check "$app does not start without DATABASE_URL" \
      says DATABASE_URL docker run --rm "cadenza/$app:check"
    check "$app is no root" "${compose[@]}" exec -T "$app" node -e 'process.exit(process.getuid() ? 0 : 1)'
  done
  for app in api event-worker; do
    check "$app can keep inbound mail" "${compose[@]}" exec -T "$app" \
      node -e 'fs.rmSync(fs.mkdtempSync(`${process.env.BLOB_DIR}/`), { recursive: true })'
  done
  finish
}

# ---- With buildah -------------------------------------------------------------------------------

BASE=docker.io/library/node:24-bookworm-slim

build_with_buildah() {
  local options=(--pull=never --layers --format docker) cafile
  # A machine behind a proxy of its own: npm of the build trusts what npm of this machine trusts. The
  # workspace's Node does not find the machine's npmrc, so the variable comes first.
  cafile=${NODE_EXTRA_CA_CERTS:-$(npm config get cafile 2> /dev/null)}
  if [[ -f $cafile ]]; then
    echo "cafile=/etc/ssl/certs/npm.crt" > "$place/npmrc"
    options+=(--volume "$cafile:/etc/ssl/certs/npm.crt:ro" --secret "id=npmrc,src=$place/npmrc")
  fi
  buildah build "${options[@]}" --file "docker/$1.Dockerfile" --tag "localhost/cadenza/$1:check" .
}

container() { buildah from --pull=never "localhost/cadenza/$1:check"; }

configured() { # configured <app> <path>: words of the image's configuration, one a line
  buildah inspect --type image "localhost/cadenza/$1:check" |
    node -e 'const at=process.argv[1].split(".").reduce((v,k)=>v?.[k],JSON.parse(require("fs").readFileSync(0)));
      for (const word of [at].flat()) console.log(word)' "Docker.config.$2"
}

run_app() { # run_app <app> <settings…>: the image's command, in the foreground
  local app=$1 command options=()
  shift
  for setting in "$@"; do options+=(--env "$setting"); done
  mapfile -t command < <(configured "$app" Cmd)
  buildah run "${options[@]}" "${containers[$app]}" -- "${command[@]}"
}

healthy() { # healthy <app> <port>: what an engine would run as the health check
  local command
  mapfile -t command < <(configured "$1" Healthcheck.Test)
  buildah run --env "HEALTH_PORT=$2" "${containers[$1]}" -- "${command[@]:1}"
}

innermost() { # the process at the end of a chain of single children
  local pid=$1 child
  while child=$(pgrep --parent "$pid" | head -n 1) && [[ -n $child ]]; do pid=$child; done
  echo "$pid"
}

check_app() { # check_app <app> <login's URL> <settings…>
  local app=$1 database=$2 health port pid node
  shift 2
  health=$(free_port)
  port=$(free_port)
  run_app "$app" "$@" "DATABASE_URL=$database" HOST=127.0.0.1 "PORT=$port" "HEALTH_PORT=$health" \
    > "$place/$app.log" 2>&1 &
  pid=$!
  check "$app answers /healthz" answers "http://127.0.0.1:$health/healthz" || cat "$place/$app.log"
  check "$app answers /readyz" answers "http://127.0.0.1:$health/readyz" || cat "$place/$app.log"
  [[ $app != api ]] || check "$app serves its port" answers "http://127.0.0.1:$port/openapi.json"
  check "$app is healthy" healthy "$app" "$health"
  node=$(innermost "$pid")
  check "$app is no root" test "$(stat -c %U "/proc/$node")" != root
  kill -TERM "$node"
  check "$app ends with 0 at SIGTERM" wait "$pid" || cat "$place/$app.log"
  check "$app is not healthy afterwards" says '' healthy "$app" "$health"
}

check_with_buildah() {
  export BUILDAH_ISOLATION=${BUILDAH_ISOLATION:-chroot}
  local app redis=() port
  declare -gA containers

  if ! buildah inspect --type image "$BASE" > /dev/null 2>&1 &&
    ! timeout 120 buildah pull --quiet "$BASE" > "$log" 2>&1; then
    nothing "$BASE is not here and cannot be fetched ($(tail -n 1 "$log" | cut -c 1-200)); docker/base-image.sh makes a stand-in"
  fi
  for app in "${APPS[@]}" cli; do
    check "$app is built" build_with_buildah "$app" || finish
    buildah images --format "        {{.Name}} {{.Size}}" "localhost/cadenza/$app:check"
    containers[$app]=$(container "$app")
  done

  if [[ -z ${DATABASE_OWNER_URL:-} ]]; then
    # The server ends with this process, whose standard input is the program.
    node --conditions=@cadenza/source --input-type=module - "$place/url" << 'JS' &
import { startEmbeddedPostgres } from '@cadenza/embedded-postgres';
import { rename, writeFile } from 'node:fs/promises';
const file = process.argv[2];
const { adminUrl } = await startEmbeddedPostgres();
await writeFile(`${file}.new`, adminUrl);
await rename(`${file}.new`, file);
setInterval(() => {}, 60_000);
JS
    started+=("$!")
    for _ in {1..120}; do [[ -s $place/url ]] || sleep 0.5; done
    DATABASE_OWNER_URL=$(< "$place/url")
  fi
  if command -v redis-server > /dev/null; then
    port=$(free_port)
    redis-server --port "$port" --bind 127.0.0.1 --dir "$place" --maxmemory-policy noeviction \
      > "$place/redis.log" 2>&1 &
    started+=("$!")
    redis=("REDIS_URL=redis://127.0.0.1:$port")
  fi

  local common=()
  mapfile -t common < <(settings)
  local "${common[@]}"
  local owner=(--env "DATABASE_OWNER_URL=$DATABASE_OWNER_URL") database
  database=${DATABASE_OWNER_URL#*@}
  local cli=(node tools/cli/dist/main.js)
  check 'cli explains itself' buildah run "${containers[cli]}" -- "${cli[@]}" --help
  for app in "${APPS[@]}"; do
    check "$app does not start without DATABASE_URL" says DATABASE_URL run_app "$app" "${common[@]}"
  done
  check 'cli migrates' buildah run "${owner[@]}" "${containers[cli]}" -- "${cli[@]}" migrate up
  check 'logins wants its passwords' \
    says WORKER_DB_PASSWORD buildah run "${owner[@]}" "${containers[cli]}" -- node docker/logins.mjs
  for _ in first again; do
    check 'logins are made, or changed' \
      buildah run "${owner[@]}" --env "API_DB_PASSWORD=$API_DB_PASSWORD" \
      --env "WORKER_DB_PASSWORD=$WORKER_DB_PASSWORD" "${containers[cli]}" -- node docker/logins.mjs
  done
  check 'api does not start as the owner' \
    says superuser run_app api "${common[@]}" "DATABASE_URL=$DATABASE_OWNER_URL"

  check_app api "postgres://cadenza_api_login:$API_DB_PASSWORD@$database" "${common[@]}" "${redis[@]}"
  for app in send-worker event-worker; do
    check_app "$app" "postgres://cadenza_worker_login:$WORKER_DB_PASSWORD@$database" \
      "${common[@]}" "${redis[@]}"
  done
  finish
}

clean_up() {
  local what
  for what in "${started[@]}"; do
    case $what in
      stack) "${compose[@]}" down --volumes --timeout 20 > /dev/null 2>&1 ;;
      *) kill "$what" ;;
    esac
  done
  [[ -z ${containers[*]:-} ]] || buildah rm "${containers[@]}" > /dev/null
  wait
  rm -rf "$place"
}
trap clean_up EXIT

command -v node > /dev/null || nothing 'there is no node'
for app in "${APPS[@]:1}"; do
  check "$app.Dockerfile is ${APPS[0]}.Dockerfile but for its name" same_text "$app"
done
check 'compose.yaml and .env.example name the same variables' same_variables

if docker info > /dev/null 2>&1 && docker compose version > /dev/null 2>&1; then
  check_with_docker
elif command -v buildah > /dev/null; then
  ((EUID == 0)) || nothing 'buildah without an engine wants to be root here'
  check_with_buildah
fi
nothing 'neither a Docker engine with the compose plugin nor buildah is here'
