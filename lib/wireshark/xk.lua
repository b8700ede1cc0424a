-- SPDX-License-Identifier: BSD-2-Clause
--
-- Wireshark dissector for get_keys and get_keys_response of TS 33.107 clause 7A.7.2 in the Xk profile of libxk
-- (xk.cddl): CBOR in deterministic encoding, read as strictly as libxk does, with the same names for what is wrong.
--
--   tshark -X lua_script:xk.lua -r capture.pcap -o xk.port:4000                                  on plain TCP
--   tshark -X lua_script:xk.lua -r capture.pcap -o xk.port:4000 -o tls.keylog_file:secrets       with TLS
--   tshark -X lua_script:xk.lua -r capture.pcap -d tcp.port==4000,tls -d tls.port==4000,xk ...   for several ports
--
-- or put this folder into the one of personal Lua plugins and set the port in the preferences of Xk.
--
-- The framing, four octets of length before each message, is that of libxk's example programs: no specification has
-- one. Keys and salts are told by their lengths unless the preference show_keys is set: no field of this protocol has
-- their octets, in no form of output. The packet's octets, which Wireshark shows too, hold them all the same, and so do
-- fields of TCP and TLS (tcp.payload, tcp.segment_data): for a report add -J xk.
--
-- Tried with Wireshark 4.0, which has Lua 5.2.

local MESSAGE_MAX = 98304
local IDENTITY_MAX, MIKEY_MAX, KEY_MAX, SALT_MAX = 1024, 16384, 64, 32
local SESSIONS_MAX = 255
local FIRST_EXTENSION = 128
local GET_KEYS, RESPONSE = 1, 2

local cbor = dofile(__DIR__ .. "/xk_cbor.lua")
local mikey = dofile(__DIR__ .. "/xk_mikey.lua")
local shared = dofile(__DIR__ .. "/xk_shared.lua")
local fail = cbor.fail

local failures = {
  [1] = "generic", [2] = "malformed", [3] = "mismatch", [4] = "not-target", [5] = "target-only-dialled",
  [6] = "target-only-allowed", [7] = "not-authorised", [8] = "ticket-key-unknown", [9] = "ticket-expired",
  [10] = "ticket-mac", [11] = "init-mac", [12] = "resp-mac", [13] = "session-unknown", [14] = "algorithm",
  [15] = "other-kms", [16] = "unavailable", [17] = "conflict", [18] = "policy",
  [19] = "version", [20] = "kemac",
}

local xk = Proto("xk", "Xk, retrieval of session keys (TS 33.107 7A.7.2)")
xk.prefs.port = Pref.uint("TCP port", 0, "TCP port of the KMS, with TLS or without; 0 for none")
xk.prefs.show_keys = Pref.bool("Show keys", false, "Show session keys and salts and not only their lengths")

local f = {
  length = ProtoField.uint32("xk.length", "Length"),
  version = ProtoField.uint64("xk.version", "Version"),
  type = ProtoField.uint8("xk.type", "Type", base.DEC, {[GET_KEYS] = "get_keys", [RESPONSE] = "get_keys_response"}),
  transaction_id = ProtoField.bytes("xk.transaction_id", "Transaction id"),
  identity = ProtoField.string("xk.identity", "Public KMS Identity of the target", base.UNICODE),
  transfer_init = ProtoField.bytes("xk.transfer_init", "TRANSFER_INIT"),
  transfer_resp = ProtoField.bytes("xk.transfer_resp", "TRANSFER_RESP"),
  no_transfer_resp = ProtoField.none("xk.no_transfer_resp", "No TRANSFER_RESP: the ticket's F flag says so"),
  update_init = ProtoField.bytes("xk.update_init", "TRANSFER_INIT of a CSB update"),
  update_resp = ProtoField.bytes("xk.update_resp", "TRANSFER_RESP of a CSB update"),
  initiator = ProtoField.string("xk.initiator", "Initiator, as SIP tells", base.UNICODE),
  responder = ProtoField.string("xk.responder", "Responder, as SIP tells", base.UNICODE),
  session = ProtoField.none("xk.session", "Crypto Session"),
  cs_id = ProtoField.uint8("xk.cs_id", "Crypto Session ID"),
  key = ProtoField.bytes("xk.key", "Session key"),
  key_length = ProtoField.uint8("xk.key_length", "Session key, masked, octets"),
  salt = ProtoField.bytes("xk.salt", "Salt"),
  salt_length = ProtoField.uint8("xk.salt_length", "Salt, masked, octets"),
  cipher = ProtoField.uint8("xk.cipher", "Cipher", base.DEC,
    {[0] = "NULL", [1] = "AES-CM", [2] = "AES-F8", [6] = "AES-GCM"}),
  encoding = ProtoField.uint8("xk.encoding", "Encoding", base.DEC, {[0] = "SRTP master key", [1] = "TEK as it is"}),
  expiry = ProtoField.uint64("xk.expiry", "Expiry, seconds since 1970"),
  failure = ProtoField.uint8("xk.failure", "Failure", base.DEC, failures),
  session_failure = ProtoField.uint8("xk.session_failure", "Failure", base.DEC, failures),
  referral = ProtoField.string("xk.referral", "Referral to the KMS that issued the ticket", base.UNICODE),
  extension = ProtoField.uint64("xk.extension", "Extension, skipped"),
  status = ProtoField.string("xk.status", "Refused with"),
  status_offset = ProtoField.uint32("xk.status_offset", "Octet of the message"),
  status_field = ProtoField.string("xk.status_field", "Field"),
  request_in = ProtoField.framenum("xk.request_in", "Answer to", base.NONE, frametype.REQUEST),
  response_in = ProtoField.framenum("xk.response_in", "Answered in", base.NONE, frametype.RESPONSE),
  time = ProtoField.relative_time("xk.time", "Time from the latest get_keys"),
}
local fields = {}
for _, group in ipairs({f, mikey.fields}) do
  for _, field in pairs(group) do
    fields[#fields + 1] = field
  end
end
xk.fields = fields

local e = {
  malformed = ProtoExpert.new("xk.malformed", "The message breaks a rule of the Xk profile", expert.group.MALFORMED,
    expert.severity.ERROR),
  framing = ProtoExpert.new("xk.framing", "The length is over the limit of a message", expert.group.MALFORMED,
    expert.severity.ERROR),
  refused = ProtoExpert.new("xk.refused", "The KMS gave no key", expert.group.RESPONSE_CODE, expert.severity.NOTE),
}
xk.experts = {e.malformed, e.framing, e.refused, mikey.broken}

-- The latest get_keys of each transaction id, and which frame answers which.
local asked, answer_of, answered_in

function xk.init()
  asked, answer_of, answered_in = {}, {}, {}
end

local function skip_unknown(r, map, key, depth, tree)
  if key.number < FIRST_EXTENSION then
    fail("CRITICAL", map.offset, "map key")
  end
  cbor.skip_value(r, depth)
  tree:add(f.extension, key.range, UInt64.new(key.low, key.high))
end

local function expect_key(r, map, wanted, field)
  if map.left == 0 then
    fail("MISSING", r.at, field)
  end
  if cbor.read_key(r, map).number ~= wanted then
    fail("MISSING", map.offset, field)
  end
end

-- What stands at the same place in every message: version, type and transaction id.
local function read_envelope(r, tree)
  local map = cbor.read_map(r, "message")
  expect_key(r, map, 0, "version")
  local version = cbor.read_uint(r, nil, "version")
  tree:add(f.version, version.range, UInt64.new(version.low, version.high))
  if version.number ~= 1 then
    fail("VERSION", map.offset + 1, "version")
  end
  expect_key(r, map, 1, "message type")
  local kind = cbor.read_uint(r, nil, "message type")
  if kind.number ~= GET_KEYS and kind.number ~= RESPONSE then
    fail("MESSAGE_TYPE", map.offset + 1, "message type")
  end
  tree:add(f.type, kind.range, kind.number)
  expect_key(r, map, 2, "transaction id")
  local id = cbor.read_octets(r, 16, "transaction id")
  if id.number ~= 16 then
    fail("VALUE", map.offset + 1, "transaction id")
  end
  local octets = r.tvb(id.content, 16)
  tree:add(f.transaction_id, octets)
  return map, kind.number, tostring(octets:bytes())
end

local mikey_keys = {
  [4] = {field = f.transfer_init, name = "TRANSFER_INIT"},
  [5] = {field = f.transfer_resp, name = "TRANSFER_RESP"},
  [6] = {field = f.update_init, name = "update TRANSFER_INIT"},
  [7] = {field = f.update_resp, name = "update TRANSFER_RESP"},
}
local text_keys = {
  [3] = {field = f.identity, name = "Public KMS Identity"},
  [8] = {field = f.initiator, name = "initiator hint"},
  [9] = {field = f.responder, name = "responder hint"},
}

local function add_text(tree, field, range)
  tree:add(field, range, shared.harmless(range:raw()))
end

local function check_get_keys(r, map)
  for i, name in ipairs({"Public KMS Identity", "TRANSFER_INIT", "TRANSFER_RESP"}) do
    if not map.seen[i + 2] then
      fail("MISSING", r.at, name)
    end
  end
  if map.seen[7] and not map.seen[6] then
    fail("MISSING", r.at, "update TRANSFER_INIT")
  end
end

local function read_get_keys(r, map, pinfo, tree)
  while map.left > 0 do
    local key = cbor.read_key(r, map)
    local message, text = mikey_keys[key.number], text_keys[key.number]
    if key.number == 5 and r.at < r.size and r.tvb(r.at, 1):uint() == 0xf6 then
      tree:add(f.no_transfer_resp, cbor.read_item(r, message.name).range)
    elseif message then
      local item = cbor.read_octets(r, MIKEY_MAX, message.name)
      mikey.show(r.tvb(item.content, item.number), message.field, pinfo, tree)
      pinfo.cols.protocol = "Xk"
    elseif text then
      local item = cbor.read_text(r, IDENTITY_MAX, text.name)
      add_text(tree, text.field, r.tvb(item.content, item.number))
    else
      skip_unknown(r, map, key, 1, tree)
    end
  end
  check_get_keys(r, map)
  return "get_keys"
end

-- Reasons that a newer KMS may know are no error; 0 and 255 are never on the wire.
local function read_failure(r, field, name, tree)
  local item = cbor.read_uint(r, 255, name)
  if item.number == 0 or item.number == 255 then
    fail("VALUE", item.offset, name)
  end
  local reason = failures[item.number] or "not known here"
  tree:add(field, item.range, item.number):add_proto_expert_info(e.refused, "The KMS gave no key: " .. reason)
  return reason
end

local function show_secret(r, item, field, length, tree)
  if xk.prefs.show_keys then
    tree:add(field, r.tvb(item.content, item.number))
  else
    tree:add(length, r.tvb(item.offset, item.content - item.offset), item.number)
  end
end

-- The fields of one result by their keys; each returns nothing, but the first the Crypto Session ID.
local session_fields = {
  [0] = function(r, tree)
    local item = cbor.read_uint(r, 255, "Crypto Session ID")
    tree:add(f.cs_id, item.range, item.number)
    tree:append_text(string.format(" %d", item.number))
    return item.number
  end,
  [1] = function(r, tree)
    show_secret(r, cbor.read_octets(r, KEY_MAX, "session key"), f.key, f.key_length, tree)
  end,
  [2] = function(r, tree)
    show_secret(r, cbor.read_octets(r, SALT_MAX, "salt"), f.salt, f.salt_length, tree)
  end,
  [3] = function(r, tree)
    read_failure(r, f.session_failure, "session failure", tree)
  end,
  [4] = function(r, tree)
    local item = cbor.read_uint(r, 255, "cipher")
    tree:add(f.cipher, item.range, item.number)
  end,
  [5] = function(r, tree)
    local item = cbor.read_uint(r, 255, "encoding")
    if item.number > 1 then
      fail("VALUE", item.offset, "encoding")
    end
    tree:add(f.encoding, item.range, item.number)
  end,
  [6] = function(r, tree)
    local item = cbor.read_uint(r, nil, "expiry")
    if item.number == 0 then
      fail("VALUE", item.offset, "expiry")
    end
    tree:add(f.expiry, item.range, UInt64.new(item.low, item.high))
  end,
}

-- A key, or a failure; what belongs to a key only beside one.
local function check_session(seen, offset)
  local beside = seen[2] or seen[4] or seen[5] or seen[6]
  if not seen[0] then
    fail("MISSING", offset, "Crypto Session ID")
  end
  if seen[3] and (seen[1] or beside) then
    fail("CONTRADICTION", offset, "session")
  end
  if not seen[3] and not seen[1] then
    fail(beside and "EMPTY" or "MISSING", offset, "session key")
  end
end

local function read_session(r, tree)
  local offset = r.at
  local map = cbor.read_map(r, "session")
  local cs_id
  while map.left > 0 do
    local key = cbor.read_key(r, map)
    local read = session_fields[key.number]
    if read then
      cs_id = read(r, tree) or cs_id
    else
      skip_unknown(r, map, key, 3, tree)
    end
  end
  check_session(map.seen, offset)
  tree:set_len(r.at - offset)
  return cs_id, map.seen[1]
end

-- Returns the text for the list of packets: how many keys.
local function read_sessions(r, tree)
  local list = cbor.read_item(r, "sessions")
  local keys, last = 0, -1
  if list.major ~= 4 then
    fail("TYPE", list.offset, "sessions")
  end
  cbor.bounded(list, SESSIONS_MAX, "sessions")
  for _ = 1, list.number do
    local offset = r.at
    local subtree = tree:add(f.session, r.tvb(offset, r.size - offset > 0 and 1 or 0))
    local cs_id, has_key = read_session(r, subtree)
    if cs_id <= last then
      fail(cs_id == last and "DUPLICATE_SESSION" or "KEY_ORDER", offset, "Crypto Session ID")
    end
    last = cs_id
    keys = keys + (has_key and 1 or 0)
  end
  return string.format("get_keys_response: %d key(s) for %d Crypto Session(s)", keys, list.number)
end

local function read_response(r, map, tree)
  local text, reason
  while map.left > 0 do
    local key = cbor.read_key(r, map)
    if key.number == 3 then
      text = read_sessions(r, tree)
    elseif key.number == 4 then
      reason = read_failure(r, f.failure, "failure", tree)
    elseif key.number == 5 then
      local item = cbor.read_text(r, IDENTITY_MAX, "referral")
      add_text(tree, f.referral, r.tvb(item.content, item.number))
    else
      skip_unknown(r, map, key, 1, tree)
    end
  end
  if text and reason then
    fail("CONTRADICTION", r.at, "failure")
  end
  if not text and not reason then
    fail("MISSING", r.at, "sessions")
  end
  if map.seen[5] and reason ~= "other-kms" then
    fail("CONTRADICTION", r.at, "referral")
  end
  return text or "get_keys_response: refused, " .. reason
end

-- Ties get_keys and answer together. One frame may hold several messages, so both are known by frame and id.
local function show_partner(kind, id, pinfo, tree)
  local here = pinfo.number .. ":" .. id
  if not pinfo.visited and kind == GET_KEYS then
    asked[id] = {number = pinfo.number, time = pinfo.abs_ts}
  elseif not pinfo.visited and asked[id] then
    answer_of[here] = asked[id]
    answered_in[asked[id].number .. ":" .. id] = pinfo.number
  end
  if kind == GET_KEYS and answered_in[here] then
    tree:add(f.response_in, answered_in[here]):set_generated()
  elseif kind == RESPONSE and answer_of[here] then
    local delta = pinfo.abs_ts - answer_of[here].time
    local seconds = math.floor(delta)
    tree:add(f.request_in, answer_of[here].number):set_generated()
    tree:add(f.time, NSTime.new(seconds, math.floor((delta - seconds) * 1e9))):set_generated()
  end
end

local function read_message(r, pinfo, tree)
  local map, kind, id = read_envelope(r, tree)
  show_partner(kind, id, pinfo, tree)
  local text = kind == GET_KEYS and read_get_keys(r, map, pinfo, tree) or read_response(r, map, tree)
  if r.at ~= r.size then
    fail("TRAILING", r.at, "message")
  end
  return text
end

local function show_refusal(r, why, tree)
  local at = math.min(why.offset, r.size - 1)
  local range = r.tvb(at, 1)
  local item = tree:add(f.status, range, why.status)
  item:add(f.status_offset, range, why.offset)
  item:add(f.status_field, range, why.field)
  item:add_proto_expert_info(e.malformed, string.format("%s at octet %d, %s", why.status, why.offset, why.field))
  return "malformed: " .. why.status
end

-- One frame, its length included. Returns the text for the list of packets.
local function show_frame(range, pinfo, tree)
  local subtree = tree:add(xk, range)
  local size = range:len() - 4
  subtree:add(f.length, range(0, 4))
  if size == 0 then
    subtree:add_proto_expert_info(e.malformed, "XK_E_TRUNCATED at octet 0, message")
    subtree:add(f.status, range(0, 4), "XK_E_TRUNCATED")
    return "malformed: XK_E_TRUNCATED"
  end
  local r = {tvb = range(4, size):tvb(), at = 0, size = size}
  local good, result = pcall(read_message, r, pinfo, subtree)
  if not good and type(result) ~= "table" then
    error(result, 0)
  end
  local text = good and result or show_refusal(r, result, subtree)
  subtree:append_text(", " .. text)
  return text
end

shared.serve(xk, function(tvb, pinfo, tree)
  local at = 0
  pinfo.cols.protocol = "Xk"
  while at < tvb:len() do
    local left = tvb:len() - at
    local size = left >= 4 and tvb(at, 4):uint() or 0
    if size > MESSAGE_MAX then
      local item = tree:add(xk, tvb(at, 4))
      item:add(f.length, tvb(at, 4))
      item:add_proto_expert_info(e.framing)
      shared.show_column(pinfo, "malformed: length")
      return tvb:len()
    end
    if left < 4 or left < 4 + size then
      pinfo.desegment_offset = at
      pinfo.desegment_len = left < 4 and DESEGMENT_ONE_MORE_SEGMENT or 4 + size - left
      return tvb:len()
    end
    shared.show_column(pinfo, show_frame(tvb(at, 4 + size), pinfo, tree))
    at = at + 4 + size
  end
  return at
end)
