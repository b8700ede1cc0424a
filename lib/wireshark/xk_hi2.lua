-- SPDX-License-Identifier: BSD-2-Clause
--
-- Wireshark dissector for HI2: PS-PDUs of ETSI TS 102 232-1 one behind the other, with IRI of TS 33.108 (Umts and Eps)
-- as libxk writes it, and all transport-related information (TRI). It reads BER, as a LEMF must.
--
--   tshark -X lua_script:xk_hi2.lua -r capture.pcap -o xkhi2.port:4001                                  on plain TCP
--   tshark -X lua_script:xk_hi2.lua -r capture.pcap -o xkhi2.port:4001 -o tls.keylog_file:secrets       with TLS
--   tshark -X lua_script:xk_hi2.lua -r capture.pcap -d tcp.port==4001,tls -d tls.port==4001,xkhi2 ...   several ports
--
-- or put this folder into the one of personal Lua plugins and set the port in the preferences of XkHI2.
--
-- Keys and salts, and lines of SIP that may hold some, are told by their lengths unless the preference show_keys is set:
-- no field of this protocol has their octets, in no form of output. The packet's octets, which Wireshark shows too, hold
-- them all the same, and so do fields of TCP and TLS (tcp.payload, tcp.segment_data): for a report add -J xkhi2.
--
-- Tried with Wireshark 4.0, which has Lua 5.2.

local PDU_MAX = 262144

local shared = dofile(__DIR__ .. "/xk_shared.lua")
local ber = dofile(__DIR__ .. "/xk_ber.lua")
local common = loadfile(__DIR__ .. "/xk_hi2_fields.lua")(ber, shared)
local record = loadfile(__DIR__ .. "/xk_hi2_record.lua")(ber, common)

local kinds = {
  [0] = "IRI", [1] = "CC", [2] = "TRI", [3] = "HI1", [4] = "encryptionContainer", [5] = "threeGPP-HI1-Operation",
  [6] = "ILHI", [7] = "HI4",
}
local tri_types = {
  [0] = "integrityCheck", [1] = "testPDU", [2] = "paddingPDU", [3] = "keep-alive", [4] = "keep-aliveResponse",
  [5] = "firstSegmentFlag", [6] = "lastSegmentFlag", [7] = "cINReset", [8] = "operatorLeaMessage",
  [9] = "optionRequest", [10] = "optionResponse", [11] = "optionComplete", [12] = "pDUAcknowledgementRequest",
  [13] = "pDUAcknowledgementResponse",
}
local contents = {[4] = "uMTSIRI", [15] = "ePSIRI"}

local hi2 = Proto("xkhi2", "HI2, PS-PDU (TS 102 232-1)")
hi2.prefs.port = Pref.uint("TCP port", 0, "TCP port of the LEMF, with TLS or without; 0 for none")
hi2.prefs.show_keys = Pref.bool("Show keys", false, "Show session keys and salts and not only their lengths")

local f = {
  length = ProtoField.uint32("xkhi2.length", "PS-PDU, octets"),
  domain = ProtoField.oid("xkhi2.domain", "li-psDomainId"),
  liid = ProtoField.string("xkhi2.liid", "lawfulInterceptionIdentifier", base.UNICODE),
  country = ProtoField.string("xkhi2.country", "authorizationCountryCode", base.UNICODE),
  operator = ProtoField.string("xkhi2.operator", "operatorIdentifier", base.UNICODE),
  network_element = ProtoField.string("xkhi2.network_element", "networkElementIdentifier", base.UNICODE),
  cin = ProtoField.uint32("xkhi2.cin", "communicationIdentityNumber"),
  delivery_country = ProtoField.string("xkhi2.delivery_country", "deliveryCountryCode", base.UNICODE),
  cin_extension = ProtoField.none("xkhi2.cin_extension", "cINExtension"),
  sequence = ProtoField.uint32("xkhi2.sequence", "sequenceNumber"),
  time = ProtoField.string("xkhi2.time", "timeStamp", base.UNICODE),
  micro_time = ProtoField.absolute_time("xkhi2.micro_time", "microSecondTimeStamp", base.UTC),
  point = ProtoField.string("xkhi2.interception_point", "interceptionPointID", base.UNICODE),
  extended_point = ProtoField.string("xkhi2.extended_point", "extendedInterceptionPointID", base.UNICODE),
  network_function = ProtoField.string("xkhi2.network_function", "networkFunctionIdentifier", base.UNICODE),
  qualifier = ProtoField.uint8("xkhi2.qualifier", "timeStampQualifier", base.DEC,
    {[0] = "unknown", [1] = "timeOfInterception", [2] = "timeOfMediation", [3] = "timeOfAggregation"}),
  payload = ProtoField.uint8("xkhi2.payload", "Payload", base.DEC, kinds),
  closed = ProtoField.uint32("xkhi2.closed", "Content, not read here, octets"),
  iri = ProtoField.none("xkhi2.iri", "IRIPayload"),
  iri_type = ProtoField.uint8("xkhi2.iri_type", "iRIType", base.DEC, record.types),
  iri_time = ProtoField.string("xkhi2.iri_time", "timeStamp", base.UNICODE),
  contents = ProtoField.uint8("xkhi2.contents", "iRIContents", base.DEC, contents),
  tri = ProtoField.uint8("xkhi2.tri", "TRI", base.DEC, tri_types),
  included = ProtoField.uint32("xkhi2.tri.included", "includedSequenceNumber"),
  check_type = ProtoField.uint8("xkhi2.tri.check_type", "checkType", base.DEC, {[1] = "hash", [2] = "signature"}),
  data_type = ProtoField.uint8("xkhi2.tri.data_type", "dataType", base.DEC, {[1] = "iRI", [2] = "cC", [3] = "iLHI"}),
  check_value = ProtoField.bytes("xkhi2.tri.check_value", "checkValue"),
  hash = ProtoField.uint8("xkhi2.tri.hash", "hashAlgorithm", base.DEC,
    {[1] = "SHA-1", [2] = "SHA-256", [3] = "SHA-384", [4] = "SHA-512"}),
  signature = ProtoField.uint8("xkhi2.tri.signature", "signatureAlgorithm", base.DEC,
    {[1] = "DSA", [2] = "ECDSA", [3] = "EdDSA"}),
  priority = ProtoField.uint8("xkhi2.tri.priority", "messagePriority", base.DEC,
    {[1] = "error", [2] = "informational"}),
  message = ProtoField.string("xkhi2.tri.message", "message", base.UNICODE),
  padding = ProtoField.uint32("xkhi2.tri.padding", "Padding, octets"),
  requested = ProtoField.uint32("xkhi2.tri.requested", "Requested option", base.DEC, {[0] = "pDUAcknowledgement"}),
  accepted = ProtoField.uint32("xkhi2.tri.accepted", "Accepted option", base.DEC, {[0] = "pDUAcknowledgement"}),
  declined = ProtoField.uint32("xkhi2.tri.declined", "Declined option", base.DEC, {[0] = "pDUAcknowledgement"}),
  broken = ProtoField.uint32("xkhi2.broken", "Broken at octet of the PS-PDU"),
}
local fields = {}
for _, group in ipairs({f, record.fields, common.fields}) do
  for _, field in pairs(group) do
    fields[#fields + 1] = field
  end
end
hi2.fields = fields

local e = {
  broken = ProtoExpert.new("xkhi2.malformed", "The PS-PDU is no BER of this module", expert.group.MALFORMED,
    expert.severity.ERROR),
  lost = ProtoExpert.new("xkhi2.lost", "No PS-PDU begins here", expert.group.MALFORMED, expert.severity.ERROR),
}
hi2.experts = {e.broken, e.lost}

local function micro_seconds(tree, element)
  local parts = {}
  for inner in ber.inside(element) do
    parts[inner.tag] = ber.number(inner)
  end
  if not parts[0] or not parts[1] then
    ber.fail("microSecondTimeStamp lacks a part", element.at)
  end
  tree:add(f.micro_time, ber.head(element), NSTime.new(parts[0], parts[1] * 1000))
end

local network = {
  [0] = common.as_text(f.operator), [1] = common.as_text(f.network_element), [2] = common.network_element,
}

local function communication(tree, element, state)
  common.walk(tree, element, {
    [0] = function(subtree, inner) common.walk(subtree, inner, network) end,
    [1] = function(subtree, inner) state.cin = common.number(subtree, f.cin, inner) end,
    [2] = common.as_text(f.delivery_country),
    [3] = function(subtree, inner) subtree:add(f.cin_extension, ber.head(inner)) end,
  })
end

local function show_header(tree, element)
  local state = {}
  common.walk(tree, element, {
    [0] = common.as_octets(f.domain), [1] = common.as_text(f.liid), [2] = common.as_text(f.country),
    [3] = function(subtree, inner) communication(subtree, inner, state) end,
    [4] = function(subtree, inner) state.sequence = common.number(subtree, f.sequence, inner) end,
    [5] = common.as_text(f.time), [6] = common.as_text(f.point), [7] = micro_seconds,
    [8] = common.as_number(f.qualifier), [9] = common.as_text(f.extended_point),
    [10] = common.as_text(f.network_function),
  })
  return string.format("#%s%s", state.sequence or "?", state.cin and " of CIN " .. state.cin or "")
end

-- A record as a whole, [1], or without its tag, [0]. Returns one line about it.
local function show_contents(tree, element, iri_type)
  local inner = ber.first(element)
  local name = contents[element.tag]
  tree:add(f.contents, ber.head(element), element.tag)
  if not name or inner.class ~= 2 or inner.tag > 1 then
    tree:add(f.closed, ber.head(inner), inner.to - inner.from)
    return "contents " .. element.tag
  end
  if inner.tag == 1 then
    inner = ber.first(inner)
    iri_type = inner.tag
  end
  return name .. " " .. record.show(tree, inner, iri_type or 0, hi2.prefs.show_keys)
end

local function show_iri(tree, element)
  local said = {}
  for payload in ber.inside(element) do
    local iri_type
    local subtree = tree:add(f.iri, ber.head(payload))
    common.walk(subtree, payload, {
      [0] = function(deeper, inner) iri_type = common.number(deeper, f.iri_type, inner) end,
      [1] = common.as_text(f.iri_time),
      [2] = function(deeper, inner) said[#said + 1] = show_contents(deeper, ber.first(inner), iri_type) end,
    })
  end
  return table.concat(said, "; ")
end

local function options(field)
  return function(tree, element)
    for option in ber.inside(element) do
      tree:add(field, ber.head(option), option.tag)
    end
  end
end

local tri_contents = {
  [0] = function(tree, element)
    common.walk(tree, element, {
      [0] = function(subtree, inner)
        for number in ber.inside(inner) do
          common.number(subtree, f.included, number)
        end
      end,
      [1] = common.as_number(f.check_type), [2] = common.as_number(f.data_type),
      [3] = common.as_octets(f.check_value), [4] = common.as_number(f.hash), [5] = common.as_number(f.signature),
    })
  end,
  [2] = function(tree, element) tree:add(f.padding, ber.head(element), #ber.octets(element)) end,
  [8] = function(tree, element)
    common.walk(tree, element, {[0] = common.as_number(f.priority), [1] = common.as_text(f.message)})
  end,
  [9] = function(tree, element) common.walk(tree, element, {[0] = options(f.requested)}) end,
  [10] = function(tree, element)
    common.walk(tree, element, {[0] = options(f.accepted), [1] = options(f.declined)})
  end,
}

local function show_tri(tree, element)
  local tri = ber.first(element)
  tree:add(f.tri, ber.head(tri), tri.tag)
  if tri_contents[tri.tag] then
    tri_contents[tri.tag](tree, tri)
  end
  return tri_types[tri.tag] or "TRI " .. tri.tag
end

local function show_payload(tree, element)
  local chosen = ber.first(element)
  local subtree = tree:add(f.payload, ber.head(chosen), chosen.tag)
  if chosen.tag == 0 then
    return "IRI " .. show_iri(subtree, chosen)
  elseif chosen.tag == 2 then
    return show_tri(subtree, chosen)
  end
  subtree:add(f.closed, ber.head(chosen), chosen.to - chosen.from)
  return kinds[chosen.tag] or "payload " .. chosen.tag
end

local function show_pdu(range, tree)
  local tvb = range:tvb()
  local said = {"?", "no payload"}
  common.walk(tree, ber.next(tvb, 0, tvb:len()), {
    [1] = function(subtree, element) said[1] = show_header(subtree, element) end,
    [2] = function(subtree, element) said[2] = show_payload(subtree, element) end,
  })
  return said[2] .. " " .. said[1]
end

-- One PS-PDU. Returns the text for the list of packets.
local function show(range, tree)
  local subtree = tree:add(hi2, range)
  subtree:add(f.length, range(0, 1), range:len())
  local good, result = pcall(show_pdu, range, subtree)
  if not good and type(result) ~= "table" then
    error(result, 0)
  end
  if not good then
    local item = subtree:add(f.broken, range(0, 1), result.at)
    item:add_proto_expert_info(e.broken, string.format("%s: octet %d", result.why, result.at))
    result = "malformed"
  end
  subtree:append_text(", " .. result)
  return result
end

-- Nothing finds the start of the next PS-PDU in octets that are none.
local function give_up(tvb, pinfo, tree, at)
  local item = tree:add(hi2, tvb(at, 1))
  item:add_proto_expert_info(e.lost)
  shared.show_column(pinfo, "malformed: no PS-PDU")
  return tvb:len()
end

local function measure(tvb, at)
  if tvb(at, 1):uint() ~= 0x30 then
    return false
  end
  local good, size = pcall(ber.measure, tvb, at)
  if not good and type(size) ~= "table" then
    error(size, 0)
  end
  local held = size or tvb:len() - at
  return good and held <= PDU_MAX and (size or DESEGMENT_ONE_MORE_SEGMENT)
end

shared.serve(hi2, function(tvb, pinfo, tree)
  local at = 0
  pinfo.cols.protocol = "HI2"
  while at < tvb:len() do
    local left = tvb:len() - at
    local size = measure(tvb, at)
    if not size then
      return give_up(tvb, pinfo, tree, at)
    elseif size == DESEGMENT_ONE_MORE_SEGMENT or size > left then
      pinfo.desegment_offset = at
      pinfo.desegment_len = size == DESEGMENT_ONE_MORE_SEGMENT and size or size - left
      return tvb:len()
    end
    shared.show_column(pinfo, show(tvb(at, size), tree))
    at = at + size
  end
  return at
end)
